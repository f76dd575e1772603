-- The place in the order belongs to a user's device: two people on one phone, or one who knows another's device,
-- take nothing from each other. Every row is kept.
CREATE TABLE mutations_of_users (
    company     TEXT NOT NULL,
    id          TEXT NOT NULL,
    device      TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    user        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    rejected    INTEGER NOT NULL,
    verdict     TEXT,
    received_at INTEGER NOT NULL,
    lane        TEXT,
    PRIMARY KEY (company, id),
    UNIQUE (company, user, device, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO mutations_of_users (company, id, device, seq, user, fingerprint, rejected, verdict, received_at, lane)
    SELECT company, id, device, seq, user, fingerprint, rejected, verdict, received_at, lane FROM mutations;
DROP TABLE mutations;
ALTER TABLE mutations_of_users RENAME TO mutations;
CREATE INDEX mutations_with_verdict ON mutations (received_at) WHERE verdict IS NOT NULL AND rejected = 0;
CREATE INDEX mutations_by_lane ON mutations (company, device, user, lane, seq) WHERE rejected = 0 AND lane IS NOT NULL;

-- So does what a device has acknowledged.
CREATE TABLE devices_of_users (
    company   TEXT NOT NULL,
    device    TEXT NOT NULL,
    user      TEXT NOT NULL,
    ack_below INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (company, user, device)
) STRICT, WITHOUT ROWID;
INSERT INTO devices_of_users (company, device, user, ack_below, last_seen)
    SELECT company, device, user, ack_below, last_seen FROM devices;
DROP TABLE devices;
ALTER TABLE devices_of_users RENAME TO devices;
