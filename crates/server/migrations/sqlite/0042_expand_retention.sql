-- For how long a company keeps what happened and its files; see the docs, ADR 0119. 0 is for ever.
ALTER TABLE companies ADD COLUMN keep_activity_days INTEGER NOT NULL DEFAULT 90;
ALTER TABLE companies ADD COLUMN keep_files_days INTEGER NOT NULL DEFAULT 0;

-- Of an attachment: when its bytes were removed because it was old, and after how many days its company had that done.
ALTER TABLE records ADD COLUMN file_removed_at INTEGER;
ALTER TABLE records ADD COLUMN file_kept_days INTEGER;

-- Files whose bytes are still to be deleted from the store: it is written with the decision, and taken away after them.
CREATE TABLE files_to_delete (
    company    TEXT NOT NULL,
    attachment TEXT NOT NULL,
    PRIMARY KEY (company, attachment)
) STRICT, WITHOUT ROWID;
