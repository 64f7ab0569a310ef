DROP INDEX tickets_audited;
