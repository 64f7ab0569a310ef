DROP INDEX IF EXISTS tickets_reviewed;
