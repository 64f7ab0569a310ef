-- As in tickets; priority_confidence is NULL where nobody knows it.
ALTER TABLE classifications ADD COLUMN confidence_unknown boolean NOT NULL DEFAULT false;
