-- The keys by which a repeated request for a new ticket is recognised, for 24 hours.
CREATE TABLE idempotency_keys (
    scope       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    ticket_id   INTEGER NOT NULL REFERENCES tickets ON DELETE CASCADE,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;

CREATE INDEX idempotency_keys_oldest ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_of_ticket ON idempotency_keys (ticket_id);
