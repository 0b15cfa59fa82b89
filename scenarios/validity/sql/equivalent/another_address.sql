-- Another address of the person's is no mistake where no place was named.
SELECT EXISTS (
    SELECT 1 FROM wants, mutant
    WHERE wants.kind = substr(mutant.tab, 1, instr(mutant.tab, '.') - 1) || '_order'
    AND json_extract(wants.value, '$.to') = ''
)
