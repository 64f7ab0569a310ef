-- Subscriptions of events.
CREATE TABLE webhooks (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at    INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    version       INTEGER NOT NULL DEFAULT 1,
    url           TEXT NOT NULL,
    description   TEXT NOT NULL DEFAULT '',
    types         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(types)), -- none means all
    category      TEXT CHECK (category IN ('billing', 'technical', 'general')), -- NULL means any
    priority      TEXT CHECK (priority IN ('low', 'medium', 'high')),
    secrets       TEXT NOT NULL CHECK (json_valid(secrets)), -- the newest first
    rotated_at    INTEGER,
    active        INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    disabled      TEXT CHECK (disabled IN ('gone', 'failing')),
    failing_since INTEGER,
    place         INTEGER NOT NULL DEFAULT 0 -- the last event that has its delivery, if it wants one
) STRICT;

-- Events on their way to subscriptions, and for a while those that ended. They outlive their event.
CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id INTEGER NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event_id   INTEGER NOT NULL,
    ticket_id  INTEGER NOT NULL, -- 0 if the event is of no ticket
    type       TEXT NOT NULL,
    state      TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    status     INTEGER NOT NULL DEFAULT 0,
    error      TEXT NOT NULL DEFAULT '',
    latency_us INTEGER NOT NULL DEFAULT 0,
    next_at    INTEGER, -- NULL once it ended
    created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    updated_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    UNIQUE (webhook_id, event_id)
) STRICT;

CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, created_at, id);
CREATE INDEX deliveries_next ON deliveries (webhook_id, ticket_id, event_id) WHERE state = 'pending';
CREATE INDEX deliveries_open ON deliveries (webhook_id, state, created_at, id) WHERE state <> 'delivered';
CREATE INDEX deliveries_ended ON deliveries (updated_at) WHERE state <> 'pending';

-- The events of one ticket take turns on their way to a subscription: a lane has one delivery in flight at
-- most. Every change of a delivery's state counts in its lane in the same transaction. An empty lane may go.
CREATE TABLE delivery_lanes (
    webhook_id    INTEGER NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    ticket_id     INTEGER NOT NULL,
    pending       INTEGER NOT NULL CHECK (pending >= 0),
    next_at       INTEGER NOT NULL,
    claimed_until INTEGER,
    PRIMARY KEY (webhook_id, ticket_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_lanes_due ON delivery_lanes (webhook_id, coalesce(claimed_until, next_at), ticket_id)
    WHERE pending > 0;
CREATE INDEX delivery_lanes_claimed ON delivery_lanes (webhook_id, claimed_until, ticket_id)
    WHERE claimed_until IS NOT NULL;
CREATE INDEX delivery_lanes_empty ON delivery_lanes (webhook_id, ticket_id) WHERE pending = 0;
