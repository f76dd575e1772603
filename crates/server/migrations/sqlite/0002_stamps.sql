-- Who gave each field of a record the value it has, and when: what a merge asks for. JSON, by field.
ALTER TABLE records ADD COLUMN stamps TEXT NOT NULL DEFAULT '[]';
