-- There is something, it needs the person's approval, and their own rules turn every bit of it down.
SELECT count(*) > 0
    AND min(
        fen > errand.up_to
        AND (
            (json_extract(person, '$.refuse.above') IS NOT NULL AND fen > json_extract(person, '$.refuse.above'))
            OR (errand.budget IS NOT NULL AND fen > errand.budget)
            OR EXISTS (SELECT 1 FROM json_each(person, '$.refuse.payees') AS refused WHERE mentions(payee, refused.value))
            OR (
                payee = 'mandate'
                AND (
                    json_extract(person, '$.mandates') IS NULL
                    OR fen > coalesce(json_extract(person, '$.mandates.per_payment_at_most'), fen)
                )
            )
        )
    )
    AND (:budget IS NULL OR 1) AND (:deadline IS NULL OR 1)
FROM candidate, errand
