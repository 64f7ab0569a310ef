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
