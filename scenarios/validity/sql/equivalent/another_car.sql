-- Another car is no mistake where nobody asked for one that takes a wheelchair.
SELECT EXISTS (SELECT 1 FROM wants WHERE kind = 'ride' AND NOT json_extract(value, '$.accessible'))
