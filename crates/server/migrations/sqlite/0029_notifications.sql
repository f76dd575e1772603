-- By what browsers know this server: its private key (P-256, base64url); empty until the first start has made one.
ALTER TABLE server ADD COLUMN notification_key TEXT NOT NULL DEFAULT '';

-- Devices that are told of their user's jobs while the app is closed. One goes with the session that asked for it.
CREATE TABLE notification_subscriptions (
    id       INTEGER PRIMARY KEY,
    company  TEXT NOT NULL,
    user     TEXT NOT NULL,
    session  TEXT NOT NULL REFERENCES sessions (token_hash) ON DELETE CASCADE,
    endpoint TEXT NOT NULL UNIQUE,
    p256dh   TEXT NOT NULL,
    auth     TEXT NOT NULL,
    language TEXT NOT NULL,
    -- The address of the app, as the device has it.
    origin   TEXT NOT NULL,
    wishes   TEXT NOT NULL,
    set_at   INTEGER NOT NULL,
    FOREIGN KEY (company, user) REFERENCES users (company, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX notification_subscriptions_by_user ON notification_subscriptions (company, user, set_at);
CREATE INDEX notification_subscriptions_by_session ON notification_subscriptions (session);

-- What is still to be told: of a job one thing for each device, the latest.
CREATE TABLE notifications_due (
    subscription INTEGER NOT NULL REFERENCES notification_subscriptions (id) ON DELETE CASCADE,
    job          TEXT NOT NULL,
    news         TEXT NOT NULL,
    at           INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    -- Rises with each news: what was being sent meanwhile is not the latest.
    turn         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (subscription, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_due_by_time ON notifications_due (due);
