-- The processes that claim tickets. One that stops beating is dead, and its claims end; so does a claim whose
-- claimer is not here. A claim without a claimer, as by a program that knows of none, lasts as long as its lease.
CREATE TABLE claimers (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    beat_at      INTEGER NOT NULL,
    steady_since INTEGER NOT NULL -- since when it has beaten without a long pause
) STRICT;

ALTER TABLE tickets ADD COLUMN claimed_by INTEGER;
