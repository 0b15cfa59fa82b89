-- What was paid without asking needs no approval: the refused offer is none that was paid.
SELECT NOT EXISTS (
    SELECT 1 FROM mutant, json_each(mutant.before, '$.charges') AS charge, kernel_payments AS paid
    WHERE paid.state <> 'failed'
    AND (paid.out_trade_no = json_extract(charge.value, '$.out_trade_no')
         OR json_extract(charge.value, '$.out_trade_no') = '')
) OR (SELECT sum(fen) FROM kernel_payments WHERE state <> 'failed') <= (SELECT up_to FROM errand)
