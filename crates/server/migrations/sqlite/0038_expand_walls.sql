-- Nothing: SQLite has no row-level security. Whoever reads the file reads all of it, and one program does.
SELECT 1;
