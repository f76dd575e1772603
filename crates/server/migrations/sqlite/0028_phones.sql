-- What a device last told of itself beside its work: refused changes that wait for its user, the session it told in (the
-- beginning of the token's hash), and how it is set up (JSON of the protocol's `PhoneState`; NULL from older apps).
ALTER TABLE device_reports ADD COLUMN parked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device_reports ADD COLUMN session TEXT NOT NULL DEFAULT '';
ALTER TABLE device_reports ADD COLUMN phone TEXT;
