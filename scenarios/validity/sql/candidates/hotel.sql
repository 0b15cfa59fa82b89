-- Rates near enough, with rooms for all, of the wanted kind; the price is that of the whole stay.
SELECT rate.ref, rate.fen * json_extract(wants.value, '$.rooms') AS fen, NULL AS arrives, rate.text AS payee
FROM wants, rates AS rate
WHERE wants.kind = 'hotel'
AND rate.rooms_left >= json_extract(wants.value, '$.rooms')
AND (
    (SELECT lon FROM place) IS NULL
    OR metres(rate.lon, rate.lat, (SELECT lon FROM place), (SELECT lat FROM place))
        <= json_extract(wants.value, '$.within_m')
)
AND (
    json_array_length(wants.value, '$.room') = 0
    OR EXISTS (SELECT 1 FROM json_each(wants.value, '$.room') AS phrase WHERE mentions(rate.room, phrase.value))
)
AND (
    json_extract(wants.value, '$.breakfast') IS NULL OR rate.breakfast = json_extract(wants.value, '$.breakfast')
)
AND (NOT coalesce(json_extract(wants.value, '$.free_cancel'), 0) OR rate.free_cancel)
AND NOT EXISTS (
    SELECT 1 FROM json_each(wants.value, '$.not_hotels') AS ruled WHERE mentions(rate.text, ruled.value)
)
