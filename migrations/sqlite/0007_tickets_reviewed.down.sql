DROP INDEX tickets_reviewed;
