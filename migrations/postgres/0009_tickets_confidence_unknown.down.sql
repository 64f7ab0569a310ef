ALTER TABLE tickets DROP COLUMN confidence_unknown;
