-- What it would cost now to give the order up.
SELECT fees.ref, fees.fen, NULL AS arrives, '' AS payee
FROM wants, fees
WHERE wants.kind = 'cancelled' AND json_extract(wants.value, '$.order') = fees.ref
