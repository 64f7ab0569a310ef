-- What became of tickets, written in the transaction of each change and read in the order of id. Events outlive their ticket, without its
-- text, which stays in tickets alone.
CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id  INTEGER NOT NULL, -- 0 in an event of a webhook
    created_at INTEGER NOT NULL,
    type       TEXT NOT NULL,
    ticket     TEXT NOT NULL, -- its row as the change left it, without the texts
    previous   TEXT, -- the columns that the change changed, as they were
    webhook    TEXT -- of an event of a webhook, whose ticket is empty
) STRICT;

CREATE INDEX events_of_ticket ON events (ticket_id, id);
