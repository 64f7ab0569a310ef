-- Times are microseconds since 1970, UTC.
CREATE TABLE users (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    name       TEXT NOT NULL,
    email      TEXT NOT NULL,
    email_key  TEXT NOT NULL UNIQUE -- the address after case folding by the domain
) STRICT;

CREATE INDEX users_newest ON users (created_at, id);
CREATE INDEX users_admin ON users (created_at, id) WHERE name = 'admin';
