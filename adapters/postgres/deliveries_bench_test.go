package postgres_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

// crowdSQL makes webhook 1 one with 100,000 rows that wait, of which each third ticket's first one waits for
// another try, and webhook 2 one with 1,000,000 that ended.
const crowdSQL = `
INSERT INTO webhooks (id, url, secrets)
SELECT g, 'https://example.com', '["whsec_a"]' FROM generate_series(1, 2) AS g;
INSERT INTO webhook_places SELECT id, 0, '0', 0 FROM webhooks;
INSERT INTO deliveries (webhook_id, event_id, ticket_id, type)
SELECT 1, -g, -(g % 33333), 'ticket.created' FROM generate_series(1, 100000) AS g;
INSERT INTO delivery_lanes (webhook_id, ticket_id, pending, next_at)
SELECT 1, ticket_id, count(*), now() + CASE WHEN ticket_id % 3 = 0 THEN interval '1 hour' ELSE '0' END
FROM deliveries GROUP BY ticket_id;
INSERT INTO deliveries (webhook_id, event_id, ticket_id, type, state, next_at)
SELECT 2, -g, -(g % 333333), 'ticket.created', 'delivered', NULL FROM generate_series(1, 1000000) AS g;
INSERT INTO events (era, ticket_id, type, ticket)
SELECT 1, g, 'ticket.created', '{"status": "open", "ai_status": "pending", "round": 1, "version": 1}'
FROM generate_series(1, 1000000) AS g;
UPDATE webhook_places SET era = 1, xid = (SELECT max(xid::text::bigint)::text::xid8 FROM events),
    event_id = (SELECT max(id) FROM events) WHERE webhook_id = 1;
ANALYZE`

// BenchmarkDeliveries hands out, claims and ends an event per iteration, while another webhook has a crowd
// waiting that may have none in flight.
func BenchmarkDeliveries(b *testing.B) {
	dsn := testenv.Postgres(b)
	s := open(b, dsn, postgres.Options{MaxConns: 4})
	migrate(b, s)
	db, err := sql.Open("postgres", dsn)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	_, err = db.ExecContext(b.Context(), crowdSQL)
	require.NoError(b, err)
	// The crowd's receiver hangs: it has as much in flight as it may.
	hanging, err := s.ClaimDeliveries(b.Context(), 200, 200, time.Hour)
	require.NoError(b, err)
	require.Empty(b, hanging, "their events are forgotten")
	_, err = db.ExecContext(b.Context(), `UPDATE delivery_lanes SET claimed_until = now() + interval '1 hour'
		WHERE webhook_id = 1 AND ticket_id > -600 AND pending > 0`)
	require.NoError(b, err)

	var took [3]time.Duration
	timed := func(i int, do func()) {
		began := time.Now()
		do()
		took[i] += time.Since(began)
	}
	b.ResetTimer()
	for done := 0; done < b.N; {
		timed(0, func() { _, _, err = s.FanOut(b.Context(), 200) })
		require.NoError(b, err)
		var due []ports.DueDelivery
		timed(1, func() { due, err = s.ClaimDeliveries(b.Context(), 200, 200, time.Minute) })
		require.NoError(b, err)
		require.NotEmpty(b, due)
		ends := make([]ports.DeliveryEnd, len(due))
		for i, d := range due {
			ends[i] = ports.DeliveryEnd{Delivery: d, State: domain.DeliveryDelivered, Status: 204}
		}
		timed(2, func() { err = s.EndDeliveries(b.Context(), ends) })
		require.NoError(b, err)
		done += len(due)
	}
	b.StopTimer()
	for i, name := range []string{"fan-out", "claim", "end"} {
		b.ReportMetric(float64(took[i].Microseconds())/float64(b.N), "µs-"+name)
	}
	began := time.Now()
	require.NoError(b, s.DeleteWebhook(b.Context(), 1))
	b.ReportMetric(time.Since(began).Seconds(), "s-to-delete-100000")
}
