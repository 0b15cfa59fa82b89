-- One more is no mistake where so many people are to be fed, by whatever mixture.
SELECT EXISTS (SELECT 1 FROM wants WHERE json_extract(value, '$.serves') IS NOT NULL)
