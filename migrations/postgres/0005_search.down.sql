DROP TABLE ticket_words_new;
DROP TABLE ticket_words;
