-- A step of its own: who reads does not wait for it, as they would with the columns of the step before.
-- Attachments whose bytes were not removed, those that have stayed as they are for longest first. Who writes waits for it.
CREATE INDEX files_kept ON records (company, updated_at, id) WHERE module = 'attachment' AND file_removed_at IS NULL;
