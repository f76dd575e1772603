-- What the migrations for SQLite end in with the one of this number: the same tables, the same columns. Later ones come in
-- pairs, one for each database, under one number.
-- Times are milliseconds since 1970 UTC. Texts compare byte by byte, whatever the database's language. JSON is stored as it
-- was written, byte for byte: JSON that is looked into here as json, the rest as text.

-- A member of a JSON object as it is written there, a text with its quotes. Not `->>`: that reads every text of the object,
-- and fails for all of it where one holds a NUL.
CREATE FUNCTION afield_member(data JSON, name TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT (data -> name)::text $$;

-- The data set as a whole. A restored backup gets another epoch, so that phones load anew.
CREATE TABLE server (
    id               BIGINT PRIMARY KEY CHECK (id = 1),
    epoch            TEXT COLLATE "C" NOT NULL,
    -- The key that cursors are signed with, hex; empty until the first start has made one.
    cursor_key       TEXT COLLATE "C" NOT NULL DEFAULT '',
    -- By what browsers know this server: its private key (P-256, base64url); empty until the first start has made one.
    notification_key TEXT COLLATE "C" NOT NULL DEFAULT ''
);

-- Who writes in a company locks its row first.
CREATE TABLE companies (
    id                     UUID PRIMARY KEY,
    slug                   TEXT COLLATE "C" NOT NULL UNIQUE,
    name                   TEXT COLLATE "C" NOT NULL,
    zone                   TEXT COLLATE "C" NOT NULL,
    contact_email          TEXT COLLATE "C" NOT NULL,
    expiry_hours           BIGINT NOT NULL,
    -- The last number given to a change; taken inside the transaction that makes the change.
    change_seq             BIGINT NOT NULL DEFAULT 0,
    -- Cursors at or below it are too old: what they would need to know is pruned.
    cursor_floor           BIGINT NOT NULL DEFAULT 0,
    next_job_number        BIGINT NOT NULL DEFAULT 1001,
    refuses_open_questions BOOLEAN NOT NULL DEFAULT false,
    keeps_photo_details    BOOLEAN NOT NULL DEFAULT false,
    mode                   TEXT COLLATE "C" NOT NULL DEFAULT 'offline',
    offers_offline         BOOLEAN NOT NULL DEFAULT true,
    window_days            BIGINT NOT NULL DEFAULT 3,
    photo_edge             BIGINT NOT NULL DEFAULT 2048,
    files_budget_mb        BIGINT NOT NULL DEFAULT 200,
    settings_version       BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE users (
    company  UUID NOT NULL REFERENCES companies (id),
    id       UUID NOT NULL,
    email    TEXT COLLATE "C" NOT NULL UNIQUE,
    name     TEXT COLLATE "C" NOT NULL,
    role     TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C" NOT NULL,
    active   BOOLEAN NOT NULL,
    team     TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (company, id)
);

-- The token itself is only in the browser's cookie.
CREATE TABLE sessions (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    company    UUID NOT NULL,
    "user"     UUID NOT NULL,
    label      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (company, "user") REFERENCES users (company, id) ON DELETE CASCADE
);
CREATE INDEX sessions_by_user ON sessions (company, "user");
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE records (
    company       UUID NOT NULL REFERENCES companies (id),
    module        TEXT COLLATE "C" NOT NULL,
    id            UUID NOT NULL,
    rev           BIGINT NOT NULL,
    -- When anything about it last changed, and when something that decides who sees it did.
    change_seq    BIGINT NOT NULL,
    scope_seq     BIGINT NOT NULL,
    deleted       BOOLEAN NOT NULL,
    parent_module TEXT COLLATE "C",
    parent_id     UUID,
    data          JSON NOT NULL,
    external_key  TEXT COLLATE "C",
    updated_at    BIGINT NOT NULL,
    -- Who gave each field of a record the value it has, and when: what a merge asks for. JSON, by field.
    stamps        TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    PRIMARY KEY (company, module, id)
);
CREATE INDEX records_by_parent ON records (company, parent_module, parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX records_by_external_key ON records (company, module, external_key) WHERE external_key IS NOT NULL;
CREATE INDEX records_by_change ON records (company, module, change_seq);
-- The conflicts that nobody has settled, newest first.
CREATE INDEX open_conflicts ON records (company, updated_at, id)
    WHERE module = 'conflict' AND NOT deleted AND coalesce(json_typeof(data -> 'settled'), 'null') = 'null';

CREATE TABLE record_links (
    company     UUID NOT NULL,
    from_module TEXT COLLATE "C" NOT NULL,
    from_id     UUID NOT NULL,
    to_module   TEXT COLLATE "C" NOT NULL,
    to_id       UUID NOT NULL,
    PRIMARY KEY (company, from_module, from_id, to_module, to_id)
);
-- What refers to a record: a customer's places and jobs, for the office.
CREATE INDEX record_links_to ON record_links (company, to_module, to_id, from_module);

CREATE TABLE job_index (
    company   UUID NOT NULL,
    job       UUID NOT NULL,
    assignee  UUID,
    starts    BIGINT NOT NULL,
    status    TEXT COLLATE "C" NOT NULL,
    -- Since which change it is in hand (0: it is not), and the last change that ended it.
    begun_seq BIGINT NOT NULL DEFAULT 0,
    ended_seq BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (company, job)
);
CREATE INDEX job_index_by_assignee ON job_index (company, assignee, starts);
CREATE INDEX job_index_by_start ON job_index (company, starts, job);
CREATE INDEX job_index_begun ON job_index (company, assignee) WHERE begun_seq > 0;
CREATE INDEX job_index_ended ON job_index (company, assignee, ended_seq) WHERE ended_seq > 0;

-- What a record was before something that decides who sees it changed: who must be told that it is gone.
CREATE TABLE departures (
    company  UUID NOT NULL,
    seq      BIGINT NOT NULL,
    module   TEXT COLLATE "C" NOT NULL,
    id       UUID NOT NULL,
    assignee UUID,
    links    TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (company, seq, module, id)
);
CREATE INDEX departures_by_time ON departures (at);
-- Whose a job ever was.
CREATE INDEX departures_of_jobs ON departures (company, id, assignee) WHERE module = 'job';

-- A row stays for ever: (company, id) and (company, user, device, seq) have one effect. Only the verdict's text is pruned.
CREATE TABLE mutations (
    company     UUID NOT NULL,
    id          UUID NOT NULL,
    device      UUID NOT NULL,
    seq         BIGINT NOT NULL,
    "user"      UUID NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    rejected    BOOLEAN NOT NULL,
    verdict     TEXT COLLATE "C",
    received_at BIGINT NOT NULL,
    -- The record whose changes a mutation stands in order with.
    lane        TEXT COLLATE "C",
    -- Who of the office has brought a change in for its user, out of a rescue file; null for what its user has sent.
    brought_by  UUID,
    PRIMARY KEY (company, id),
    UNIQUE (company, "user", device, seq)
);
CREATE INDEX mutations_with_verdict ON mutations (received_at) WHERE verdict IS NOT NULL AND NOT rejected;
CREATE INDEX mutations_by_lane ON mutations (company, device, "user", lane, seq) WHERE NOT rejected AND lane IS NOT NULL;

CREATE TABLE devices (
    company   UUID NOT NULL,
    device    UUID NOT NULL,
    "user"    UUID NOT NULL,
    ack_below BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (company, "user", device)
);

CREATE TABLE activity (
    company UUID NOT NULL,
    seq     BIGINT NOT NULL,
    data    JSON NOT NULL,
    PRIMARY KEY (company, seq)
);
-- What happened to one job, for the office's page of it. What does not read belongs to none.
CREATE INDEX activity_by_job ON activity (company, afield_member(data, 'job'), seq);

-- What the last import read and wrote for a record, JSON by field: the base that the next one is merged with.
CREATE TABLE imported (
    company UUID NOT NULL,
    module  TEXT COLLATE "C" NOT NULL,
    id      UUID NOT NULL,
    base    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, module, id)
);

-- What the columns of a file meant when one with this header (its kind and the hash of its names) was last imported: JSON.
CREATE TABLE import_columns (
    company UUID NOT NULL,
    header  TEXT COLLATE "C" NOT NULL,
    columns TEXT COLLATE "C" NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (company, header)
);

-- What a user's device last told of the work that stood on it alone, and in which browser that was (the hash of a
-- cookie): a browser that comes back under another device id has lost its storage.
CREATE TABLE device_reports (
    company UUID NOT NULL,
    "user"  UUID NOT NULL,
    device  UUID NOT NULL,
    browser TEXT COLLATE "C" NOT NULL,
    unsent  BIGINT NOT NULL,
    files   BIGINT NOT NULL,
    oldest  BIGINT,
    told_at BIGINT NOT NULL,
    -- Whether the browser has come back without it.
    cleared BOOLEAN NOT NULL,
    -- Refused changes that wait for its user, the session it told in (the beginning of the token's hash), and how it is set
    -- up (JSON of the protocol's `PhoneState`; NULL from older apps).
    parked  BIGINT NOT NULL DEFAULT 0,
    session TEXT COLLATE "C" NOT NULL DEFAULT '',
    phone   TEXT COLLATE "C",
    -- Of which jobs the work is (JSON of the protocol's `ByJob`; NULL from apps that do not count by job), and the server's
    -- clock at the contact before it was counted: a report that comes late is known by it.
    by_job  TEXT COLLATE "C",
    as_of   BIGINT,
    PRIMARY KEY (company, "user", device)
);
CREATE INDEX device_reports_by_browser ON device_reports (company, browser);
CREATE INDEX device_reports_by_time ON device_reports (told_at);

-- Who has changed which setting of a company, for ever.
CREATE TABLE setting_changes (
    company UUID NOT NULL REFERENCES companies (id),
    seq     BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    -- Nobody: from the server's command line.
    by_user UUID,
    by_name TEXT COLLATE "C" NOT NULL,
    setting TEXT COLLATE "C" NOT NULL,
    was     TEXT COLLATE "C" NOT NULL,
    became  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, seq)
);

-- What a company has taken from its roles and wants filled in, as JSON; no row where nothing was ever changed.
CREATE TABLE rights (
    company UUID PRIMARY KEY REFERENCES companies (id),
    data    JSON NOT NULL
);

-- Who of a company has changed what of its rights and its people: never changed, never forgotten.
CREATE TABLE office_trail (
    -- In the order of a company: it is given while the company's row is locked.
    id      BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    company UUID NOT NULL REFERENCES companies (id),
    -- 'rights' or 'people'.
    about   TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    by      TEXT COLLATE "C" NOT NULL,
    -- What was done, as JSON.
    data    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX office_trail_by_company ON office_trail (company, about, id);

-- A link by which somebody sets their password once. The token itself is only in the link.
CREATE TABLE sign_in_links (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    company    UUID NOT NULL,
    "user"     UUID NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (company, "user"),
    FOREIGN KEY (company, "user") REFERENCES users (company, id) ON DELETE CASCADE
);

-- Jobs that repeat: each series as JSON, and the job that it has made for a day. What a series has made is never forgotten,
-- or it would be made again.
CREATE TABLE series (
    company UUID NOT NULL REFERENCES companies (id),
    id      UUID NOT NULL,
    data    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company, id)
);

CREATE TABLE series_jobs (
    company UUID NOT NULL,
    series  UUID NOT NULL,
    day     TEXT COLLATE "C" NOT NULL,
    job     UUID NOT NULL,
    PRIMARY KEY (company, series, day),
    FOREIGN KEY (company, series) REFERENCES series (company, id)
);
CREATE UNIQUE INDEX series_of_a_job ON series_jobs (company, job);

-- Devices that are told of their user's jobs while the app is closed. One goes with the session that asked for it.
CREATE TABLE notification_subscriptions (
    id       BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    company  UUID NOT NULL,
    "user"   UUID NOT NULL,
    session  TEXT COLLATE "C" NOT NULL REFERENCES sessions (token_hash) ON DELETE CASCADE,
    endpoint TEXT COLLATE "C" NOT NULL UNIQUE,
    p256dh   TEXT COLLATE "C" NOT NULL,
    auth     TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    -- The address of the app, as the device has it.
    origin   TEXT COLLATE "C" NOT NULL,
    wishes   TEXT COLLATE "C" NOT NULL,
    set_at   BIGINT NOT NULL,
    FOREIGN KEY (company, "user") REFERENCES users (company, id) ON DELETE CASCADE
);
CREATE INDEX notification_subscriptions_by_user ON notification_subscriptions (company, "user", set_at);
CREATE INDEX notification_subscriptions_by_session ON notification_subscriptions (session);

-- What is still to be told: of a job one thing for each device, the latest.
CREATE TABLE notifications_due (
    subscription BIGINT NOT NULL REFERENCES notification_subscriptions (id) ON DELETE CASCADE,
    job          UUID NOT NULL,
    news         TEXT COLLATE "C" NOT NULL,
    at           BIGINT NOT NULL,
    due          BIGINT NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    -- Rises with each news: what was being sent meanwhile is not the latest.
    turn         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (subscription, job)
);
CREATE INDEX notifications_due_by_time ON notifications_due (due);

-- Work that came too late: its job was given away, called off or closed meanwhile. It waits until the office decides.
CREATE TABLE reviews (
    -- The order in which a company's came: it is given while the company's row is locked.
    place       BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    company     UUID NOT NULL,
    mutation    UUID NOT NULL,
    device      UUID NOT NULL,
    "user"      UUID NOT NULL,
    job         UUID NOT NULL,
    -- The record whose changes stay in order with each other.
    lane        TEXT COLLATE "C" NOT NULL,
    -- The mutation as it was pushed, and why it would have been refused: JSON of the protocol.
    data        TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    received_at BIGINT NOT NULL,
    -- Of the registration of a file: when all its bytes had come.
    file_at     BIGINT,
    -- What was decided, when: NULL as long as it waits.
    decided     TEXT COLLATE "C",
    decided_at  BIGINT,
    UNIQUE (company, mutation)
);
CREATE INDEX reviews_waiting ON reviews (company, "user", job) WHERE decided IS NULL;
CREATE INDEX reviews_by_lane ON reviews (company, lane);
CREATE INDEX reviews_decided ON reviews (decided_at) WHERE decided IS NOT NULL;
