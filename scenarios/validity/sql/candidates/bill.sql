-- The household bill of that number, kind or company.
SELECT bill.id AS ref, bill.fen, NULL AS arrives, bill.company AS payee
FROM wants, alipay_bills AS bill
WHERE wants.kind = 'bill' AND json_extract(wants.value, '$.bill') IN (bill.id, bill.kind, bill.company)
