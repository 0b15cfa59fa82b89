-- Cars that could be had now, of the kind that takes a wheelchair where that is needed.
SELECT cars.ref, cars.fen, cars.arrives, '' AS payee
FROM wants, cars
WHERE wants.kind = 'ride' AND (NOT json_extract(wants.value, '$.accessible') OR cars.ref = 'accessible')
