-- Departures of the day with seats for all, in the wanted class; those that leave before they may are none.
SELECT trip.ref, trip.fen, trip.arrive AS arrives, '' AS payee
FROM wants, trips AS trip
WHERE wants.kind = trip.kind
AND trip.left >= json_extract(wants.value, '$.pax')
AND trip.depart >= (SELECT now FROM errand)
AND (
    json_extract(wants.value, '$.max_stops') IS NULL OR trip.stops <= json_extract(wants.value, '$.max_stops')
)
AND (
    json_extract(wants.value, '$.cabin') = ''
    OR json_extract(wants.value, '$.cabin') = trip.cabin
    OR (json_extract(wants.value, '$.cabin') LIKE '二等%' AND trip.cabin = 'second')
    OR (json_extract(wants.value, '$.cabin') LIKE '一等%' AND trip.cabin = 'first')
    OR (json_extract(wants.value, '$.cabin') LIKE '经济%' AND trip.cabin = 'economy')
    OR (json_extract(wants.value, '$.cabin') LIKE '商务%' AND trip.cabin = 'business')
)
AND (
    json_extract(wants.value, '$.depart_after') IS NULL
    OR time(trip.depart / 1000 + (SELECT offset_min FROM errand) * 60, 'unixepoch')
        >= substr('0' || json_extract(wants.value, '$.depart_after'), -5)
)
AND (
    json_extract(wants.value, '$.depart_before') IS NULL
    OR time(trip.depart / 1000 + (SELECT offset_min FROM errand) * 60, 'unixepoch')
        <= substr('0' || json_extract(wants.value, '$.depart_before'), -5) || ':59'
)
