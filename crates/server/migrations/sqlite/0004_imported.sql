-- What the last import read and wrote for a record, JSON by field: the base that the next one is merged with.
CREATE TABLE imported (
    company TEXT NOT NULL,
    module TEXT NOT NULL,
    id TEXT NOT NULL,
    base TEXT NOT NULL,
    PRIMARY KEY (company, module, id)
) STRICT, WITHOUT ROWID;
