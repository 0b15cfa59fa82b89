-- Another rate plan is no mistake where breakfast was not spoken of, or is the same with it (codes with it begin with B).
SELECT EXISTS (
    SELECT 1 FROM wants, mutant
    WHERE wants.kind = 'hotel'
    AND (
        json_extract(wants.value, '$.breakfast') IS NULL
        OR json_extract(wants.value, '$.breakfast')
            = (json_extract(mutant.after, '$.offer.unit') LIKE '%.B_')
    )
)
