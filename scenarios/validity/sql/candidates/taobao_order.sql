-- Variants that bear the words and tags of the wanted item and have its options in their specification.
SELECT offer.ref, offer.fen, offer.arrives, offer.payee
FROM wants, json_each(wants.value, '$.items') AS item, market_offers AS offer
WHERE wants.kind = 'taobao_order'
AND offer.stock >= json_extract(item.value, '$.qty')
AND (
    json_array_length(item.value, '$.ids') = 0
    OR EXISTS (SELECT 1 FROM json_each(item.value, '$.ids') AS named WHERE named.value = offer.ref)
)
AND NOT EXISTS (SELECT 1 FROM json_each(item.value, '$.tags') AS tag WHERE NOT mentions(offer.text, tag.value))
AND NOT EXISTS (SELECT 1 FROM json_each(item.value, '$.not_') AS word WHERE mentions(offer.text, word.value))
AND NOT EXISTS (
    SELECT 1 FROM json_each(item.value, '$.options') AS said WHERE NOT mentions(offer.spec, said.value)
)
