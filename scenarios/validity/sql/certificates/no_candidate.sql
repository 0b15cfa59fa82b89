-- There is nothing.
SELECT count(*) = 0 FROM candidate
