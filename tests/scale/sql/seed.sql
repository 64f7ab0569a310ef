-- Tickets of the last days, the newest now, as the program would have left them: most are closed and done, the
-- newest wait. Each statement stands under its name and makes the tickets FROM_ID to TO_ID.
-- users
INSERT INTO users (name, email, email_key, created_at)
SELECT 'User ' || n, 'user' || n || '@example.com', 'user' || n || '@example.com',
    now() - (5001 - n) * interval '1 minute'
FROM generate_series(1, 5000) AS n
-- texts
INSERT INTO texts SELECT n, btrim(substr(WORDS, 1 + n % 5000, 20)),
    btrim(substr(WORDS, 1 + n * 7919 % 5000, 30 + n % 60))
FROM generate_series(0, 9999) AS n
-- tickets
INSERT INTO tickets (id, created_at, announced_at, version, status, ai_status, category, priority, ai_confidence,
    classified_by, review, needs_review, audit, created_by, updated_at, closed_at, title, description)
SELECT n, at, at, 2, status::status_enum, ai::ai_status_enum,
    (CASE ai WHEN 'done' THEN (ARRAY['billing', 'technical', 'technical', 'general'])[1 + n % 4]
        WHEN 'fallback' THEN 'general' END)::category_enum,
    (CASE ai WHEN 'done' THEN CASE WHEN n % 4 = 3 AND n % 2500 <> 3 THEN (ARRAY['low', 'medium'])[1 + n / 4 % 2]
            ELSE (ARRAY['low', 'medium', 'high'])[1 + n / 4 % 3] END
        WHEN 'fallback' THEN 'medium' END)::priority_enum,
    CASE ai WHEN 'done' THEN sure WHEN 'fallback' THEN 0 END,
    CASE ai WHEN 'done' THEN 'model' WHEN 'fallback' THEN 'fallback' END,
    CASE WHEN ai = 'done' AND draw < 0.02 THEN CASE WHEN draw < 0.01 THEN 'corrected' ELSE 'confirmed' END END,
    ai = 'done' AND status = 'open' AND sure < 0.7, ai = 'done' AND draw > 0.98,
    CASE WHEN n % 10 < 7 THEN 1 + n * 7919 % 5000 END,
    at + interval '3 seconds', CASE status WHEN 'closed' THEN at + interval '2 days' END,
    'Case ' || n % 2000000 || ' ' || title, description
FROM (
    SELECT n, draw, sure, now() - (TICKETS - n) * (extract(epoch FROM interval '1 day') * DAYS / TICKETS)
            * interval '1 second' AS at,
        CASE WHEN n > TICKETS * 0.99 AND other < 0.6 OR other < 0.005 THEN 'open' ELSE 'closed' END AS status,
        CASE WHEN n > TICKETS - least(TICKETS / 20, 4000) THEN 'pending'
            WHEN n % 100 = 0 THEN 'fallback' ELSE 'done' END AS ai
    FROM (
        SELECT n, random() AS draw, random() AS other, 1 - 0.5 * random() ^ 3 AS sure
        FROM generate_series(FROM_ID::bigint, TO_ID) AS n OFFSET 0
    ) AS drawn OFFSET 0
) AS made JOIN texts ON text_id = n * 7919 % 10000
-- classifications
INSERT INTO classifications (ticket_id, created_at, round, latency_us, input_tokens, output_tokens, attempt,
    category, priority, confidence, priority_confidence, source, model, prompt_version, reason, error_code)
SELECT id, created_at + interval '3 seconds', 1, 300000 + id % 400000, 250 + id % 150, 40, 1, category, priority,
    ai_confidence, 0.8, classified_by, 'gpt-4o-mini', '1', 'Decided by the words of the ticket.',
    CASE ai_status WHEN 'fallback' THEN 'classifier_unavailable' ELSE '' END
FROM tickets WHERE id BETWEEN FROM_ID AND TO_ID AND ai_status <> 'pending'
ORDER BY id
-- words
INSERT INTO ticket_words (ticket_id, text)
SELECT id, ' ' || lower(title) || '  ' || description || ' '
FROM tickets WHERE id BETWEEN FROM_ID AND TO_ID ORDER BY id
-- events
INSERT INTO events (era, xid, ticket_id, created_at, type, ticket)
SELECT 1, (1000 + id)::text::xid8, id, created_at, type, json_strip_nulls(json_build_object('status', status,
    'ai_status', ai_status, 'category', category, 'priority', priority, 'ai_confidence', ai_confidence,
    'classified_by', classified_by, 'created_by', created_by, 'created_at', created_at, 'round', round,
    'version', version, 'needs_review', needs_review, 'audit', audit, 'confidence_unknown', confidence_unknown,
    'updated_at', updated_at, 'closed_at', closed_at))
FROM tickets CROSS JOIN unnest(ARRAY['ticket.created', 'ticket.classified']) AS type
WHERE id BETWEEN FROM_ID AND TO_ID AND created_at > now() - interval '30 days' AND ai_status = 'done'
   
ORDER BY id
-- keys
INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id, created_at)
SELECT 'desk', 'key ' || id, md5(id::text), id, created_at FROM tickets
WHERE id BETWEEN FROM_ID AND TO_ID AND created_at > now() - interval '1 day'
