-- What an admin sets for the company, besides what could be set before; its version, which a pull names; and who has
-- changed what, for ever.
ALTER TABLE companies ADD COLUMN window_days INTEGER NOT NULL DEFAULT 3;
ALTER TABLE companies ADD COLUMN photo_edge INTEGER NOT NULL DEFAULT 2048;
ALTER TABLE companies ADD COLUMN files_budget_mb INTEGER NOT NULL DEFAULT 200;
ALTER TABLE companies ADD COLUMN settings_version INTEGER NOT NULL DEFAULT 0;

CREATE TABLE setting_changes (
    company TEXT NOT NULL REFERENCES companies (id),
    seq     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    -- Nobody: from the server's command line.
    by_user TEXT,
    by_name TEXT NOT NULL,
    setting TEXT NOT NULL,
    was     TEXT NOT NULL,
    became  TEXT NOT NULL,
    PRIMARY KEY (company, seq)
) STRICT, WITHOUT ROWID;
