ALTER TABLE classifications DROP COLUMN decided_by;
