DROP TRIGGER tickets_words_deleted;
DROP TABLE ticket_words;
