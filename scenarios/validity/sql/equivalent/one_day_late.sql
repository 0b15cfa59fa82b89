-- A delivery a day later is no mistake where no day was named and it still comes before the latest moment, if any.
SELECT EXISTS (
    SELECT 1
    FROM mutant, wants
    WHERE wants.kind = substr(mutant.tab, 1, instr(mutant.tab, '.') - 1) || '_order'
    AND json_extract(wants.value, '$.date') IS NULL
    AND json_extract(wants.value, '$.within_min') IS NULL
    AND coalesce(json_extract(wants.value, '$.choice'), '') <> 'soonest'
    AND (
        wants.by_at IS NULL
        OR wants.by_at >= max(
            coalesce(json_extract(mutant.after, '$.promised_by'), json_extract(mutant.after, '$.promised_at'), 0),
            coalesce(json_extract(mutant.after, '$.delivered_at'), 0)
        )
    )
)
