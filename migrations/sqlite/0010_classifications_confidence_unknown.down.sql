ALTER TABLE classifications DROP COLUMN confidence_unknown;
