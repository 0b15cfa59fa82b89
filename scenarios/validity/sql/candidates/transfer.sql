-- The one thing that could be done: to send the amount to that account.
SELECT json_extract(value, '$.to') AS ref,
       json_extract(value, '$.amount') AS fen,
       NULL AS arrives,
       json_extract(value, '$.to') || ' ' || coalesce(
           (SELECT name FROM alipay_payees WHERE json_extract(value, '$.to') IN (account, phone)), ''
       ) AS payee
FROM wants
WHERE kind = 'transfer'
