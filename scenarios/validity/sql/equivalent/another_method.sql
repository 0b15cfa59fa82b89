-- Another method is no mistake where none was named.
SELECT NOT EXISTS (SELECT 1 FROM wants WHERE coalesce(json_extract(value, '$.method'), '') <> '')
