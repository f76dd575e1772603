-- Attachments whose bytes were not removed, those that have stayed as they are for longest first.
CREATE INDEX files_kept ON records (company, updated_at, id) WHERE module = 'attachment' AND file_removed_at IS NULL;
