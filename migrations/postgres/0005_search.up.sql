-- What tickets say, in words that the program normalised: ' title words  description words '. It stands apart from tickets, whose rows
-- are written again at every step of a classification. An entry in the full-text index costs more than a third of storing a ticket, so
-- new tickets leave their words in ticket_words_new, and the program moves them into the index soon after; a search looks into both.
-- A ticket that was stored before this step or past the program has no row in either until the program finds it, which looks each minute.
CREATE TABLE ticket_words (
    ticket_id bigint PRIMARY KEY REFERENCES tickets ON DELETE CASCADE,
    text      text NOT NULL,
    -- Without places: PostgreSQL keeps at most 256 of a word and none above 16383. Phrases are looked up in the text.
    words     tsvector NOT NULL GENERATED ALWAYS AS (array_to_tsvector(array_remove(string_to_array(text, ' '), ''))) STORED
);

CREATE INDEX ticket_words_words ON ticket_words USING gin (words);

-- Rows come and go: no index, no foreign key, and space is soon used again.
CREATE TABLE ticket_words_new (
    ticket_id bigint NOT NULL,
    text      text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
