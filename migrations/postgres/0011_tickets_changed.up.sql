-- When people last saw the ticket change, and when it was closed. NULL where a program before this step wrote the
-- row: created_at is the best known then, or updated_at for the closing.
ALTER TABLE tickets ADD COLUMN updated_at timestamptz(6);
ALTER TABLE tickets ADD COLUMN closed_at timestamptz(6);
