-- Jobs that repeat: each series as JSON, and the job that it has made for a day. What a series has made is never forgotten,
-- or it would be made again.
CREATE TABLE series (
    company TEXT NOT NULL REFERENCES companies (id),
    id      TEXT NOT NULL,
    data    TEXT NOT NULL,
    PRIMARY KEY (company, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE series_jobs (
    company TEXT NOT NULL,
    series  TEXT NOT NULL,
    day     TEXT NOT NULL,
    job     TEXT NOT NULL,
    PRIMARY KEY (company, series, day),
    FOREIGN KEY (company, series) REFERENCES series (company, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX series_of_a_job ON series_jobs (company, job);
