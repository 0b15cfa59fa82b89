-- Slots of the day with room for all, at the wanted places.
SELECT offer.ref,
       offer.adult_fen * json_extract(wants.value, '$.adults')
           + offer.child_fen * json_extract(wants.value, '$.children') AS fen,
       NULL AS arrives,
       offer.text AS payee
FROM wants, admissions AS offer
WHERE wants.kind = 'tickets'
AND offer.left >= json_extract(wants.value, '$.adults') + json_extract(wants.value, '$.children')
AND (
    json_array_length(wants.value, '$.place') = 0
    OR EXISTS (SELECT 1 FROM json_each(wants.value, '$.place') AS phrase WHERE mentions(offer.text, phrase.value))
)
AND (json_extract(wants.value, '$.indoor') IS NULL OR offer.indoor = json_extract(wants.value, '$.indoor'))
AND (
    json_extract(wants.value, '$.queue_at_most') IS NULL
    OR offer.queue <= json_extract(wants.value, '$.queue_at_most')
)
AND (
    json_extract(wants.value, '$.after') IS NULL
    OR offer.starts >= substr('0' || json_extract(wants.value, '$.after'), -5)
)
AND (
    json_extract(wants.value, '$.before') IS NULL
    OR offer.starts <= substr('0' || json_extract(wants.value, '$.before'), -5)
)
