-- How much busy sessions have asked for within a minute, at each server of a database; see auth/pace.rs. `name` is the hash of
-- a session's token, `server` a name that a server makes at each start. With SQLite there is one server, and no row.
CREATE TABLE paces (
    name     TEXT NOT NULL,
    server   TEXT NOT NULL,
    began    INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (name, server)
) STRICT;
CREATE INDEX paces_of_server ON paces (server, began);
