-- What the columns of a file meant when one with this header (its kind and the hash of its names) was last imported: JSON.
CREATE TABLE import_columns (
    company TEXT NOT NULL,
    header TEXT NOT NULL,
    columns TEXT NOT NULL,
    used_at INTEGER NOT NULL,
    PRIMARY KEY (company, header)
) STRICT, WITHOUT ROWID;
