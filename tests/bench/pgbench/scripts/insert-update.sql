\set creator random(1, :users)
WITH ticket AS (
    INSERT INTO tickets (title, description, created_by, created_at)
    VALUES ('New ticket of pgbench refund',
        'my card was charged twice for the same order last monday and the second payment still shows on '
        'the statement of my bank although the shop wrote that it would go back within three days '
        'please look at both and tell me when the money will be there thank you for your help and have '
        'a good day',
        :creator, now())
    RETURNING id
), said AS (
    INSERT INTO ticket_words_new (ticket_id, text)
    SELECT id, ' new ticket of pgbench refund  my card was charged twice for the same order last monday and '
        'the second payment still shows on the statement of my bank although the shop wrote that it '
        'would go back within three days please look at both and tell me when the money will be there '
        'thank you for your help and have a good day ' FROM ticket
)
SELECT id FROM ticket \gset
WITH ticket AS (
    UPDATE tickets SET ai_status = 'done', category = 'billing', priority = 'high', ai_confidence = 0.97,
        classified_by = 'model', version = version + 1, claimed_until = NULL, attempts = 0
    WHERE id = :id AND version = 1
    RETURNING id
)
INSERT INTO classifications (ticket_id, created_at, round, latency_us, input_tokens, output_tokens, attempt,
    category, priority, confidence, priority_confidence, source, model, prompt_version, reason)
SELECT id, now(), 1, 1000, 300, 40, 1, 'billing', 'high', 0.97, 0.75, 'model', 'gpt-4o-mini', '1',
    'Decided by the words of the imitation.'
FROM ticket;
