-- As in tickets; priority_confidence is NULL where nobody knows it.
ALTER TABLE classifications ADD COLUMN confidence_unknown INTEGER NOT NULL DEFAULT 0;
