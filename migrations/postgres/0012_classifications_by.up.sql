-- The name of the API key by which a person decided.
ALTER TABLE classifications ADD COLUMN decided_by text NOT NULL DEFAULT '';
