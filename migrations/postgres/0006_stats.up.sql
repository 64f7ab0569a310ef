-- For GET /stats: what people looked at, and the audit sample. Both are small, a new ticket costs nothing in them, and
-- the first has all that the comparison needs of a ticket.
CREATE INDEX tickets_reviewed ON tickets (review, created_at) INCLUDE (id, category, priority, audit) WHERE review IS NOT NULL;
CREATE INDEX tickets_audited ON tickets (created_at, id) WHERE audit;
