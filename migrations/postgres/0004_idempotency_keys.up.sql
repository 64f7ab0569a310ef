-- The keys by which a repeated request for a new ticket is recognised, for 24 hours.
CREATE TABLE idempotency_keys (
    scope       text NOT NULL,
    key         text NOT NULL,
    fingerprint text NOT NULL,
    ticket_id   bigint NOT NULL REFERENCES tickets ON DELETE CASCADE,
    created_at  timestamptz(6) NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);

CREATE INDEX idempotency_keys_oldest ON idempotency_keys (created_at);
CREATE INDEX idempotency_keys_of_ticket ON idempotency_keys (ticket_id);
