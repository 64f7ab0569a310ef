DROP INDEX IF EXISTS tickets_audited;
