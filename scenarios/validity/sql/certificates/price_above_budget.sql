-- There is something, and the cheapest costs more than may be spent.
SELECT count(*) > 0 AND min(fen) > :budget AND (:deadline IS NULL OR 1) FROM candidate
