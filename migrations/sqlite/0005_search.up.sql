-- The words of every ticket, normalised by the program and parted by blanks. A ticket that was stored before this step or past the
-- program has no row until the program finds it, which looks each minute.
CREATE VIRTUAL TABLE ticket_words USING fts5 (title, description, content = '', contentless_delete = 1, tokenize = 'ascii');

CREATE TRIGGER tickets_words_deleted AFTER DELETE ON tickets BEGIN
    DELETE FROM ticket_words WHERE rowid = old.id;
END;
