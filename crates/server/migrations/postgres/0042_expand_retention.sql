-- For how long a company keeps what happened and its files; see the docs, ADR 0119. 0 is for ever.
ALTER TABLE companies ADD COLUMN keep_activity_days BIGINT NOT NULL DEFAULT 90;
ALTER TABLE companies ADD COLUMN keep_files_days BIGINT NOT NULL DEFAULT 0;

-- Of an attachment: when its bytes were removed because it was old, and after how many days its company had that done.
ALTER TABLE records ADD COLUMN file_removed_at BIGINT;
ALTER TABLE records ADD COLUMN file_kept_days BIGINT;

-- Files whose bytes are still to be deleted from the store: it is written with the decision, and taken away after them.
CREATE TABLE files_to_delete (
    company    UUID NOT NULL,
    attachment UUID NOT NULL,
    PRIMARY KEY (company, attachment)
);

-- The second wall between companies; see the docs, ADR 0115.
CREATE POLICY afield_wall ON files_to_delete
    USING (company = (SELECT afield_company()) OR (SELECT afield_sees_all()));
ALTER TABLE files_to_delete ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
