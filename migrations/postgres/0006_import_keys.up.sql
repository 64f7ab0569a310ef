-- What an imported ticket is called in its source, for ever, so that a repeated import recognises it.
CREATE TABLE import_keys (
    source    text NOT NULL,
    key       text NOT NULL,
    ticket_id bigint NOT NULL REFERENCES tickets ON DELETE CASCADE,
    PRIMARY KEY (source, key)
);

CREATE INDEX import_keys_of_ticket ON import_keys (ticket_id);
