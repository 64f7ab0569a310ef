DROP INDEX tickets_audited;
DROP INDEX tickets_reviewed;
