-- The conflicts that nobody has settled, newest first. The condition is that of the query, word for word.
CREATE INDEX open_conflicts ON records (company, updated_at, id)
    WHERE module = 'conflict' AND deleted = 0
    AND CASE WHEN json_valid(data) THEN (data ->> '$.settled') IS NULL ELSE 0 END;
