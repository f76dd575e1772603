-- What a user's device last told of the work that stood on it alone, and in which browser that was (the hash of a
-- cookie): a browser that comes back under another device id has lost its storage.
CREATE TABLE device_reports (
    company TEXT NOT NULL,
    user    TEXT NOT NULL,
    device  TEXT NOT NULL,
    browser TEXT NOT NULL,
    unsent  INTEGER NOT NULL,
    files   INTEGER NOT NULL,
    oldest  INTEGER,
    told_at INTEGER NOT NULL,
    -- Whether the browser has come back without it.
    cleared INTEGER NOT NULL,
    PRIMARY KEY (company, user, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_reports_by_browser ON device_reports (company, browser);
CREATE INDEX device_reports_by_time ON device_reports (told_at);
