-- A company's own sign-in (OpenID Connect): who its provider is, and which of its users is who there.
CREATE TABLE sign_in_providers (
    company       UUID PRIMARY KEY REFERENCES companies (id),
    issuer        TEXT COLLATE "C" NOT NULL,
    client_id     TEXT COLLATE "C" NOT NULL,
    -- Empty for a client without one.
    client_secret TEXT COLLATE "C" NOT NULL,
    -- The address of the app: scheme and host, as the provider knows it.
    address       TEXT COLLATE "C" NOT NULL,
    -- The claim that says what somebody may do (empty for none), and what its values mean: a JSON object.
    role_claim    TEXT COLLATE "C" NOT NULL,
    roles         TEXT COLLATE "C" NOT NULL,
    -- Whether a mail address counts as verified where the provider does not say.
    vouches       BOOLEAN NOT NULL
);

CREATE TABLE sign_in_subjects (
    company UUID NOT NULL,
    issuer  TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    "user"  UUID NOT NULL,
    PRIMARY KEY (company, issuer, subject),
    UNIQUE (company, issuer, "user"),
    FOREIGN KEY (company, "user") REFERENCES users (company, id) ON DELETE CASCADE
);

-- The second wall between companies; see the docs, ADR 0115.
CREATE POLICY afield_wall ON sign_in_providers
    USING (company = (SELECT afield_company()) OR (SELECT afield_sees_all()));
ALTER TABLE sign_in_providers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY afield_wall ON sign_in_subjects
    USING (company = (SELECT afield_company()) OR (SELECT afield_sees_all()));
ALTER TABLE sign_in_subjects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
