-- For GET /stats: what people looked at, with all that the comparison needs of a ticket. It is small, and a new ticket costs nothing in it.
CREATE INDEX IF NOT EXISTS tickets_reviewed ON tickets (review, created_at, id, category, priority, audit) WHERE review IS NOT NULL;
