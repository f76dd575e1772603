-- How phones hold the company's data ("offline" or "online"), and whether they may hold it for work without a network.
ALTER TABLE companies ADD COLUMN mode TEXT NOT NULL DEFAULT 'offline';
ALTER TABLE companies ADD COLUMN offers_offline INTEGER NOT NULL DEFAULT 1;
