-- The record whose changes a mutation stands in order with: a late copy is refused when a later one of its lane has its
-- effect. Rows from before have none.
ALTER TABLE mutations ADD COLUMN lane TEXT;
CREATE INDEX mutations_by_lane ON mutations (company, device, user, lane, seq) WHERE rejected = 0 AND lane IS NOT NULL;
