-- What happened to one job, for the office's page of it. What does not read belongs to none.
CREATE INDEX activity_by_job ON activity (company, CASE WHEN json_valid(data) THEN data ->> '$.job' END, seq);
