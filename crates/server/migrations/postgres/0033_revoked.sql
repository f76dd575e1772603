-- A device that an admin has revoked: its session passes for nothing but what it has not sent, until it ends.
ALTER TABLE sessions ADD COLUMN revoked_at BIGINT;
ALTER TABLE device_reports ADD COLUMN revoked_at BIGINT;
-- Whether what waits for the office came from a revoked device.
ALTER TABLE reviews ADD COLUMN revoked BOOLEAN NOT NULL DEFAULT FALSE;
