package webhooks_test

import (
	"database/sql"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/bench/usage"
	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// backends is the processor time of the database's sessions.
func backends(b *testing.B, db *sql.DB) (spent time.Duration) {
	rows, err := db.Query(`SELECT pid FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	require.NoError(b, err)
	defer rows.Close()
	for rows.Next() {
		var pid int
		require.NoError(b, rows.Scan(&pid))
		one, err := usage.OfProcess(pid)
		require.NoError(b, err)
		spent += one
	}
	require.NoError(b, rows.Err())
	return spent
}

// BenchmarkDeliver measures how many events of as many tickets one process brings to a receiver that answers
// at once.
func BenchmarkDeliver(b *testing.B) {
	const events = 10_000
	for b.Loop() {
		b.StopTimer()
		var arrived atomic.Int64
		receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			arrived.Add(1)
			w.WriteHeader(http.StatusNoContent)
		}))
		dbURL := testenv.Postgres(b)
		settings := system.Settings(system.On(dbURL), local)
		status, _, complaint := system.Run(b, settings, "migrate", "up")
		require.Zero(b, status, complaint)
		db := system.Open(b, dbURL)
		for _, statement := range []string{
			`INSERT INTO tickets (title, description, ai_status, category, priority, classified_by, ai_confidence)
				SELECT 'Ticket ' || n, repeat('I need help. ', 40), 'done', 'general', 'low', 'local', 0.9
				FROM generate_series(1, $1::integer) n`,
			`INSERT INTO events (era, ticket_id, type, ticket)
				SELECT 1, id, 'ticket.created', to_jsonb(tickets) - 'title' - 'description' FROM tickets LIMIT $1`,
		} {
			_, err := db.Exec(statement, events)
			require.NoError(b, err)
		}
		_, err := db.Exec(`
			WITH w AS (INSERT INTO webhooks (url, secrets) VALUES ($1, '["whsec_AAAA"]') RETURNING id)
			INSERT INTO webhook_places (webhook_id, era, xid, event_id) SELECT id, 0, '0', 0 FROM w`, receiver.URL)
		require.NoError(b, err)
		server := process.Start(b, settings, "serve")
		server.URL()
		b.StartTimer()
		began := time.Now()
		for arrived.Load() < events {
			require.Less(b, time.Since(began), system.Patience, "%d arrived", arrived.Load())
			time.Sleep(time.Millisecond)
		}
		b.ReportMetric(events/time.Since(began).Seconds(), "events/s")
		b.StopTimer()
		spent, err := usage.OfProcess(server.PID())
		require.NoError(b, err)
		b.ReportMetric(spent.Seconds()*1000/events, "ms-server/event")
		b.ReportMetric(backends(b, db).Seconds()*1000/events, "ms-postgres/event")
		require.Zero(b, server.Terminate(system.Patience))
		require.EqualValues(b, events, arrived.Load())
		receiver.Close()
		b.StartTimer()
	}
}
