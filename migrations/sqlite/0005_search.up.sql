-- The words of every ticket, normalised by the program and parted by blanks. Tickets of a version before this one, which have no row
-- yet, are added by the program when it starts.
CREATE VIRTUAL TABLE ticket_words USING fts5 (title, description, content = '', contentless_delete = 1, tokenize = 'ascii');

CREATE TRIGGER tickets_words_deleted AFTER DELETE ON tickets BEGIN
    DELETE FROM ticket_words WHERE rowid = old.id;
END;
