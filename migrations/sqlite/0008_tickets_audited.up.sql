-- For GET /stats: the audit sample. It is small, and a new ticket costs nothing in it.
CREATE INDEX IF NOT EXISTS tickets_audited ON tickets (created_at, id) WHERE audit;
