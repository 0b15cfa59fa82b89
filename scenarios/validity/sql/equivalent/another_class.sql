-- Another class is no mistake where none was named.
SELECT EXISTS (
    SELECT 1 FROM wants, mutant
    WHERE wants.kind = json_extract(mutant.after, '$.kind') AND json_extract(wants.value, '$.cabin') = ''
) OR EXISTS (
    SELECT 1 FROM wants
    WHERE kind = 'rebooked' AND coalesce(json_extract(value, '$.trip.cabin'), '') = ''
)
