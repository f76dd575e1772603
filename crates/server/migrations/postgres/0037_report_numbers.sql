-- The number of a report among those that its phone counted after one contact: none of an app that does not number.
ALTER TABLE device_reports ADD COLUMN number BIGINT;
