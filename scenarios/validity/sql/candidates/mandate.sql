-- The one thing that could be done: to apply for a mandate with the widest limits that are wanted.
SELECT 'mandate' AS ref,
       coalesce(
           json_extract(value, '$.per_payment_at_most'), json_extract(value, '$.per_day_at_most'),
           json_extract(value, '$.total_at_most'), 0
       ) AS fen,
       NULL AS arrives,
       'mandate' AS payee
FROM wants
WHERE kind = 'mandate'
