ALTER TABLE tickets DROP COLUMN claimed_by;
DROP TABLE claimers;
