-- Another hotel of the city is no mistake where neither a place was named nor the best asked for.
SELECT EXISTS (
    SELECT 1 FROM wants
    WHERE kind = 'hotel' AND json_extract(value, '$.near') = '' AND coalesce(json_extract(value, '$.choice'), '') = ''
)
