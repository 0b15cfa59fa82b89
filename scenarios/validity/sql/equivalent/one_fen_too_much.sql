-- A fen more is no mistake where the words let so much be paid without asking.
SELECT (SELECT sum(fen) FROM kernel_payments WHERE state <> 'failed') + 1 <= up_to
    AND NOT EXISTS (SELECT 1 FROM wants WHERE kind IN ('transfer', 'bill')) FROM errand
