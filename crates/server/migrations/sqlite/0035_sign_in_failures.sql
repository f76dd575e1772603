-- Sign-ins that failed of late, so that all servers of a database count together; see auth/brake.rs. `name` is a keyed
-- hash of a mail address and a network address, or of the latter: neither stands here. Never more than some thousands.
CREATE TABLE sign_in_failures (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    at   INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_failures_of ON sign_in_failures (name, at);
