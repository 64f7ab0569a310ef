ALTER TABLE tickets DROP COLUMN closed_at;
ALTER TABLE tickets DROP COLUMN updated_at;
