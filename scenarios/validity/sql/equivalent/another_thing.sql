-- Another dish or listing is no mistake where it is one of the rows that were named, or where its own names are what was asked for,
-- with every tag and nothing ruled out.
SELECT EXISTS (
    SELECT 1
    FROM mutant, wants, json_each(wants.value, '$.items') AS item
    WHERE wants.kind IN ('flash_order', 'taobao_order')
    AND CASE
        WHEN json_array_length(item.value, '$.ids') > 0 THEN EXISTS (
            SELECT 1 FROM json_each(item.value, '$.ids') AS named
            WHERE json_extract(mutant.after, '$.lines[0].dish_id') LIKE '%' || named.value
            OR json_extract(mutant.after, '$.lines[0].item_id') = named.value
        )
        ELSE json_array_length(item.value, '$.item') = 0 OR EXISTS (
            SELECT 1 FROM json_each(item.value, '$.item') AS phrase WHERE mentions(mutant.thing, phrase.value)
        )
    END
    AND NOT EXISTS (
        SELECT 1 FROM json_each(item.value, '$.tags') AS tag
        WHERE NOT mentions(mutant.thing || ' ' || mutant.tags, tag.value)
    )
    AND NOT EXISTS (SELECT 1 FROM json_each(item.value, '$.not_') AS word WHERE mentions(mutant.thing, word.value))
)
