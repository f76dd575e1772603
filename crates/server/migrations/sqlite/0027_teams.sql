-- The team that somebody works in, as the office calls it; empty for none.
ALTER TABLE users ADD COLUMN team TEXT NOT NULL DEFAULT '';
