-- Another choice of an option is no mistake where no item that the dish could be says anything about that option
-- (nor every one of its portions).
SELECT NOT EXISTS (
    SELECT 1
    FROM mutant, wants, json_each(wants.value, '$.items') AS item
    WHERE wants.kind = 'flash_order'
    AND (
        json_array_length(item.value, '$.item') = 0
        OR EXISTS (SELECT 1 FROM json_each(item.value, '$.item') AS phrase WHERE mentions(mutant.was, phrase.value))
    )
    AND (
        EXISTS (
            SELECT 1 FROM json_each(item.value, '$.options') AS said, option_names
            WHERE option_names.grp = mutant.detail AND fold(said.key) = fold(option_names.name)
        )
        OR (
            json_array_length(item.value, '$.split') > 0
            AND NOT EXISTS (
                SELECT 1 FROM json_each(item.value, '$.split') AS part
                WHERE NOT EXISTS (
                    SELECT 1 FROM json_each(part.value) AS said, option_names
                    WHERE option_names.grp = mutant.detail AND fold(said.key) = fold(option_names.name)
                )
            )
        )
    )
)
