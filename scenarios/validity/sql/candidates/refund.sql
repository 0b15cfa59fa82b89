-- Orders of that number that can still go back: within so many days of the delivery.
SELECT bought.id AS ref, bought.shipping_fen AS fen, NULL AS arrives, bought.shop_id AS payee
FROM wants, taobao_orders AS bought
WHERE wants.kind = 'refund'
AND json_extract(wants.value, '$.order') = bought.id
AND (
    (SELECT return_days FROM claim) IS NULL
    OR bought.delivered_at = 0
    OR bought.delivered_at + (SELECT return_days FROM claim) * 86400000 >= (SELECT now FROM errand)
)
