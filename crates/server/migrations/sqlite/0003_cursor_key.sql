-- The key that cursors are signed with, hex; empty until the first start has made one.
ALTER TABLE server ADD COLUMN cursor_key TEXT NOT NULL DEFAULT '';
