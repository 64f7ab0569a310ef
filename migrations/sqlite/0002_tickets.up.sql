CREATE TABLE tickets (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at      INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    announced_at    INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)), -- asked for or announced last
    round           INTEGER NOT NULL DEFAULT 1 CHECK (round >= 1),
    version         INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
    attempts        INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0), -- of this round
    status          TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    ai_status       TEXT NOT NULL DEFAULT 'pending' CHECK (ai_status IN ('pending', 'done', 'fallback')),
    category        TEXT CHECK (category IN ('billing', 'technical', 'general')),
    priority        TEXT CHECK (priority IN ('low', 'medium', 'high')),
    ai_confidence   REAL,
    created_by      INTEGER REFERENCES users ON DELETE SET NULL,
    claimed_until   INTEGER, -- the lease's end, also the holder's token
    next_attempt_at INTEGER,
    throttled_since INTEGER, -- of this round
    classified_by   TEXT CHECK (classified_by IN ('model', 'local', 'fallback', 'human')),
    review          TEXT CHECK (review IN ('corrected', 'confirmed')), -- a person's, of the newest verdict
    needs_review    INTEGER NOT NULL DEFAULT 0 CHECK (needs_review IN (0, 1)),
    audit           INTEGER NOT NULL DEFAULT 0 CHECK (audit IN (0, 1)), -- drawn for the audit sample
    last_error      TEXT, -- of this round
    title           TEXT NOT NULL,
    description     TEXT NOT NULL,
    CONSTRAINT tickets_labels_agree CHECK ((CASE
        WHEN classified_by IS NULL
            THEN ai_status = 'pending' AND category IS NULL AND priority IS NULL AND ai_confidence IS NULL
        WHEN classified_by = 'human'
            THEN ai_status <> 'fallback' AND category IS NOT NULL AND priority IS NOT NULL AND ai_confidence IS NULL
        WHEN classified_by = 'fallback'
            THEN ai_status <> 'done' AND category = 'general' AND priority = 'medium' AND ai_confidence = 0
        ELSE ai_status <> 'fallback' AND category IS NOT NULL AND priority IS NOT NULL AND ai_confidence BETWEEN 0 AND 1
        END) IS TRUE),
    CONSTRAINT tickets_work_is_pending CHECK (
        ai_status = 'pending' OR (claimed_until IS NULL AND next_attempt_at IS NULL AND attempts = 0 AND last_error IS NULL AND throttled_since IS NULL))
) STRICT;

CREATE INDEX tickets_newest ON tickets (created_at, id);
CREATE INDEX tickets_by_status ON tickets (status, created_at, id);
CREATE INDEX tickets_by_ai_status ON tickets (ai_status, created_at, id);
CREATE INDEX tickets_by_category ON tickets (category, created_at, id) WHERE category IS NOT NULL;
CREATE INDEX tickets_by_priority ON tickets (priority, created_at, id) WHERE priority IS NOT NULL;
CREATE INDEX tickets_by_creator ON tickets (created_by, created_at, id) WHERE created_by IS NOT NULL;

CREATE INDEX tickets_to_review ON tickets (created_at, id) WHERE needs_review;

-- The pending work: what nobody has touched, by its age, beside what has a due moment, by that moment.
CREATE INDEX tickets_work ON tickets (coalesce(claimed_until, next_attempt_at), announced_at, id) WHERE ai_status = 'pending';
