SELECT id, title, description, status, ai_status, category, priority, ai_confidence, classified_by,
    created_by, created_at, round, version, review, needs_review, audit
FROM tickets WHERE id > 0 ORDER BY created_at DESC, id DESC LIMIT 21;
