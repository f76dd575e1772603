-- How much busy sessions have asked for within a minute, at each server of a database; see auth/pace.rs. `name` is the hash of
-- a session's token, `server` a name that a server makes at each start.
CREATE TABLE paces (
    name     TEXT COLLATE "C" NOT NULL,
    server   TEXT COLLATE "C" NOT NULL,
    began    BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    PRIMARY KEY (name, server)
);
CREATE INDEX paces_of_server ON paces (server, began);
