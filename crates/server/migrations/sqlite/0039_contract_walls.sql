-- Nothing: see 0038.
SELECT 1;
