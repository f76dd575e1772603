-- Who of the office has brought a change in for its user, out of a rescue file; null for what its user has sent.
ALTER TABLE mutations ADD COLUMN brought_by TEXT;
