-- What a company has taken from its roles and wants filled in, as JSON; no row where nothing was ever changed.
CREATE TABLE rights (
    company TEXT PRIMARY KEY REFERENCES companies (id),
    data    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who of a company has changed what of its rights and its people: never changed, never forgotten.
CREATE TABLE office_trail (
    id      INTEGER PRIMARY KEY,
    company TEXT NOT NULL REFERENCES companies (id),
    -- 'rights' or 'people'.
    about   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    by      TEXT NOT NULL,
    -- What was done, as JSON.
    data    TEXT NOT NULL
) STRICT;
CREATE INDEX office_trail_by_company ON office_trail (company, about, id);
