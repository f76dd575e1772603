-- A company's own sign-in (OpenID Connect): who its provider is, and which of its users is who there.
CREATE TABLE sign_in_providers (
    company       TEXT PRIMARY KEY REFERENCES companies (id),
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    -- Empty for a client without one.
    client_secret TEXT NOT NULL,
    -- The address of the app: scheme and host, as the provider knows it.
    address       TEXT NOT NULL,
    -- The claim that says what somebody may do (empty for none), and what its values mean: a JSON object.
    role_claim    TEXT NOT NULL,
    roles         TEXT NOT NULL,
    -- Whether a mail address counts as verified where the provider does not say.
    vouches       INTEGER NOT NULL
) STRICT;

CREATE TABLE sign_in_subjects (
    company TEXT NOT NULL,
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    user    TEXT NOT NULL,
    PRIMARY KEY (company, issuer, subject),
    UNIQUE (company, issuer, user),
    FOREIGN KEY (company, user) REFERENCES users (company, id) ON DELETE CASCADE
) STRICT;
