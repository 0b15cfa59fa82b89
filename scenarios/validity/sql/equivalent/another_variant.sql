-- Another variant is no mistake where it is what was asked for too, and every option that was named is in its words.
SELECT EXISTS (
    SELECT 1
    FROM mutant, wants, json_each(wants.value, '$.items') AS item
    WHERE wants.kind = 'taobao_order'
    AND (
        json_array_length(item.value, '$.item') = 0
        OR EXISTS (SELECT 1 FROM json_each(item.value, '$.item') AS phrase WHERE mentions(mutant.thing, phrase.value))
    )
    AND NOT EXISTS (
        SELECT 1 FROM json_each(item.value, '$.options') AS said
        WHERE NOT mentions(
            json_extract(mutant.after, '$.lines[0].spec') || ' ' || json_extract(mutant.after, '$.lines[0].spec_en'),
            said.value
        )
    )
    AND NOT EXISTS (SELECT 1 FROM json_each(item.value, '$.not_') AS word WHERE mentions(mutant.thing, word.value))
)
