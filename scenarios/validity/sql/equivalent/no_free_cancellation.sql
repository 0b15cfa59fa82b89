-- A room that cannot be cancelled free of charge is no mistake where nobody asked for that.
SELECT EXISTS (SELECT 1 FROM wants WHERE kind = 'hotel' AND NOT coalesce(json_extract(value, '$.free_cancel'), 0))
