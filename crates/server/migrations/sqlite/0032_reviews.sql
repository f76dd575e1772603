-- Work that came too late: its job was given away, called off or closed meanwhile. It waits until the office decides.
CREATE TABLE reviews (
    -- The order in which they came.
    place       INTEGER PRIMARY KEY,
    company     TEXT NOT NULL,
    mutation    TEXT NOT NULL,
    device      TEXT NOT NULL,
    user        TEXT NOT NULL,
    job         TEXT NOT NULL,
    -- The record whose changes stay in order with each other.
    lane        TEXT NOT NULL,
    -- The mutation as it was pushed, and why it would have been refused: JSON of the protocol.
    data        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    -- Of the registration of a file: when all its bytes had come.
    file_at     INTEGER,
    -- What was decided, when: NULL as long as it waits.
    decided     TEXT,
    decided_at  INTEGER,
    UNIQUE (company, mutation)
) STRICT;
CREATE INDEX reviews_waiting ON reviews (company, user, job) WHERE decided IS NULL;
CREATE INDEX reviews_by_lane ON reviews (company, lane);
CREATE INDEX reviews_decided ON reviews (decided_at) WHERE decided IS NOT NULL;

-- Whose a job ever was.
CREATE INDEX departures_of_jobs ON departures (company, id, assignee) WHERE module = 'job';
