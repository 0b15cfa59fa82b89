-- Dishes of shops that deliver there, which bear the words, ids and tags of one of the wanted items: for each item what
-- it would cost at least (after the shop's largest promotion, with the fee) and when it could be there at the earliest.
SELECT offer.ref,
       max(1, offer.fen * json_extract(item.value, '$.qty') - offer.promotion) AS fen,
       offer.arrives,
       offer.payee
FROM wants, json_each(wants.value, '$.items') AS item, flash_offers AS offer
WHERE wants.kind = 'flash_order'
AND CASE
    WHEN json_array_length(item.value, '$.ids') > 0 THEN EXISTS (
        SELECT 1 FROM json_each(item.value, '$.ids') AS named WHERE offer.ref LIKE '%' || named.value || '%'
    )
    ELSE json_array_length(item.value, '$.item') = 0 OR EXISTS (
        SELECT 1 FROM json_each(item.value, '$.item') AS phrase WHERE mentions(offer.text, phrase.value)
    )
END
AND NOT EXISTS (
    SELECT 1 FROM json_each(item.value, '$.tags') AS tag WHERE NOT mentions(offer.text || ' ' || offer.tags, tag.value)
)
AND NOT EXISTS (
    SELECT 1 FROM json_each(item.value, '$.not_') AS word WHERE mentions(offer.text || ' ' || offer.tags, word.value)
)
AND offer.stock > 0
AND (
    json_array_length(wants.value, '$.shop') = 0
    OR EXISTS (SELECT 1 FROM json_each(wants.value, '$.shop') AS shop WHERE mentions(offer.payee, shop.value))
)
AND NOT ((SELECT prescription FROM claim) AND mentions(offer.tags, 'prescription'))
