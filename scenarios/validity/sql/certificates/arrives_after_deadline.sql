-- There is something (or nothing any more), and the earliest comes too late.
SELECT :deadline IS NOT NULL AND coalesce(min(arrives), :deadline + 1) > :deadline AND (:budget IS NULL OR 1)
FROM candidate
