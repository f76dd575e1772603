-- A link by which somebody sets their password once. The token itself is only in the link.
CREATE TABLE sign_in_links (
    token_hash TEXT PRIMARY KEY,
    company    TEXT NOT NULL,
    user       TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (company, user),
    FOREIGN KEY (company, user) REFERENCES users (company, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
