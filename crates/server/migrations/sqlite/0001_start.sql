-- Everything but `server` belongs to a company, and every query names it.
-- Times are milliseconds since 1970 UTC. Ids are hyphenated lower-case UUIDs.

-- The data set as a whole. A restored backup gets another epoch, so that phones load anew.
CREATE TABLE server (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch TEXT NOT NULL
) STRICT;

CREATE TABLE companies (
    id              TEXT PRIMARY KEY,
    slug            TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    zone            TEXT NOT NULL,
    contact_email   TEXT NOT NULL,
    expiry_hours    INTEGER NOT NULL,
    -- The last number given to a change; taken inside the transaction that makes the change.
    change_seq      INTEGER NOT NULL DEFAULT 0,
    -- Cursors at or below it are too old: what they would need to know is pruned.
    cursor_floor    INTEGER NOT NULL DEFAULT 0,
    next_job_number INTEGER NOT NULL DEFAULT 1001
) STRICT;

CREATE TABLE users (
    company  TEXT NOT NULL REFERENCES companies (id),
    id       TEXT NOT NULL,
    email    TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    role     TEXT NOT NULL,
    password TEXT NOT NULL,
    active   INTEGER NOT NULL,
    PRIMARY KEY (company, id)
) STRICT;

-- The token itself is only in the browser's cookie.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    company    TEXT NOT NULL,
    user       TEXT NOT NULL,
    label      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (company, user) REFERENCES users (company, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sessions_by_user ON sessions (company, user);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE records (
    company       TEXT NOT NULL REFERENCES companies (id),
    module        TEXT NOT NULL,
    id            TEXT NOT NULL,
    rev           INTEGER NOT NULL,
    -- When anything about it last changed, and when something that decides who sees it did.
    change_seq    INTEGER NOT NULL,
    scope_seq     INTEGER NOT NULL,
    deleted       INTEGER NOT NULL,
    parent_module TEXT,
    parent_id     TEXT,
    data          TEXT NOT NULL,
    external_key  TEXT,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (company, module, id)
) STRICT;
CREATE INDEX records_by_parent ON records (company, parent_module, parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX records_by_external_key ON records (company, module, external_key) WHERE external_key IS NOT NULL;

CREATE TABLE record_links (
    company     TEXT NOT NULL,
    from_module TEXT NOT NULL,
    from_id     TEXT NOT NULL,
    to_module   TEXT NOT NULL,
    to_id       TEXT NOT NULL,
    PRIMARY KEY (company, from_module, from_id, to_module, to_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_index (
    company  TEXT NOT NULL,
    job      TEXT NOT NULL,
    assignee TEXT,
    starts   INTEGER NOT NULL,
    status   TEXT NOT NULL,
    PRIMARY KEY (company, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_index_by_assignee ON job_index (company, assignee, starts);
CREATE INDEX job_index_by_start ON job_index (company, starts);

-- What a record was before something that decides who sees it changed: who must be told that it is gone.
CREATE TABLE departures (
    company  TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    module   TEXT NOT NULL,
    id       TEXT NOT NULL,
    assignee TEXT,
    links    TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (company, seq, module, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX departures_by_time ON departures (at);

-- A row stays for ever: (company, id) and (company, device, seq) have one effect. Only the verdict's text is pruned.
CREATE TABLE mutations (
    company     TEXT NOT NULL,
    id          TEXT NOT NULL,
    device      TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    user        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    rejected    INTEGER NOT NULL,
    verdict     TEXT,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (company, id),
    UNIQUE (company, device, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX mutations_with_verdict ON mutations (received_at) WHERE verdict IS NOT NULL AND rejected = 0;

CREATE TABLE devices (
    company   TEXT NOT NULL,
    device    TEXT NOT NULL,
    user      TEXT NOT NULL,
    ack_below INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (company, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity (
    company TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    data    TEXT NOT NULL,
    PRIMARY KEY (company, seq)
) STRICT, WITHOUT ROWID;
