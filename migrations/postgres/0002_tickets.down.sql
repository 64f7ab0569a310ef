DROP TABLE tickets;
DROP TYPE ai_status_enum;
DROP TYPE status_enum;
DROP TYPE priority_enum;
DROP TYPE category_enum;
