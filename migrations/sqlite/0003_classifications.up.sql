-- The record: append-only, one row per paid or failed call and per person's verdict.
CREATE TABLE classifications (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id           INTEGER NOT NULL REFERENCES tickets ON DELETE CASCADE,
    created_at          INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    round               INTEGER NOT NULL CHECK (round >= 1),
    latency_us          INTEGER NOT NULL DEFAULT 0,
    input_tokens        INTEGER NOT NULL DEFAULT 0,
    output_tokens       INTEGER NOT NULL DEFAULT 0,
    attempt             INTEGER NOT NULL DEFAULT 0, -- 0 for a person's verdict
    category            TEXT CHECK (category IN ('billing', 'technical', 'general')),
    priority            TEXT CHECK (priority IN ('low', 'medium', 'high')),
    confidence          REAL CHECK (confidence BETWEEN 0 AND 1),
    priority_confidence REAL CHECK (priority_confidence BETWEEN 0 AND 1),
    source              TEXT CHECK (source IN ('model', 'local', 'fallback', 'human')),
    model               TEXT NOT NULL DEFAULT '',
    prompt_version      TEXT NOT NULL DEFAULT '',
    reason              TEXT NOT NULL DEFAULT '',
    error_code          TEXT NOT NULL DEFAULT '' -- empty if the verdict counts
) STRICT;

CREATE INDEX classifications_of_ticket ON classifications (ticket_id, created_at, id);
