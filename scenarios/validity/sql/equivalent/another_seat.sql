-- Another seat is no mistake where none was named.
SELECT EXISTS (SELECT 1 FROM wants WHERE kind = 'flight' AND json_extract(value, '$.seat') = '')
    OR EXISTS (SELECT 1 FROM wants WHERE kind = 'rebooked' AND coalesce(json_extract(value, '$.trip.seat'), '') = '')
