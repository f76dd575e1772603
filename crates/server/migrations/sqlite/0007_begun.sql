-- A job in hand stays with its technician whatever its day: since which change it is (0: it is not), and the last
-- change that ended it.
ALTER TABLE job_index ADD COLUMN begun_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_index ADD COLUMN ended_seq INTEGER NOT NULL DEFAULT 0;
-- Those of now come as new: phones have let go of them when their day went by.
UPDATE companies SET change_seq = change_seq + 1 WHERE id IN
    (SELECT company FROM job_index WHERE status IN ('en_route', 'started', 'paused'));
UPDATE job_index SET begun_seq = (SELECT change_seq FROM companies WHERE id = job_index.company)
    WHERE status IN ('en_route', 'started', 'paused');
CREATE INDEX job_index_begun ON job_index (company, assignee) WHERE begun_seq > 0;
CREATE INDEX job_index_ended ON job_index (company, assignee, ended_seq) WHERE ended_seq > 0;
