-- What an imported ticket is called in its source, for ever, so that a repeated import recognises it.
CREATE TABLE import_keys (
    source    TEXT NOT NULL,
    key       TEXT NOT NULL,
    ticket_id INTEGER NOT NULL REFERENCES tickets ON DELETE CASCADE,
    PRIMARY KEY (source, key)
) STRICT;

CREATE INDEX import_keys_of_ticket ON import_keys (ticket_id);
