-- Of which jobs the work is that stands on a device alone (JSON of the protocol's `ByJob`; NULL from apps that do not
-- count by job), and the server's clock at the contact before it was counted: a report that comes late is known by it.
ALTER TABLE device_reports ADD COLUMN by_job TEXT;
ALTER TABLE device_reports ADD COLUMN as_of INTEGER;
