package postgres_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

const slowEventSQL = `INSERT INTO events (era, ticket_id, type, ticket) VALUES (1, 4711, 'ticket.created',
	'{"status": "open", "ai_status": "pending", "round": 1, "version": 1}')`

func pool(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestEventsWaitForAnEarlierChangeUnderWay(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	s := connect(t, dsn, 4)
	migrate(t, s)
	feed := func() (ids []domain.TicketID) {
		page, err := s.Events(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10)
		require.NoError(t, err)
		for _, e := range page.Events {
			ids = append(ids, e.Ticket.ID)
		}
		return ids
	}

	slow, err := pool(t, dsn).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = slow.Exec(slowEventSQL)
	require.NoError(t, err)
	quick := addTicket(t, s)
	require.Empty(t, feed(), "a reader that heard of the later change would pass over the earlier one")
	of, err := s.EventsOf(t.Context(), quick.ID(), ports.EventPosition{}, 10)
	require.NoError(t, err)
	require.Len(t, of.Events, 1, "the order within a ticket is known")
	require.NoError(t, slow.Commit())
	require.Equal(t, []domain.TicketID{4711, quick.ID()}, feed())

	elsewhere, err := pool(t, testenv.Postgres(t)).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = elsewhere.Exec(`CREATE TABLE slow (id bigint)`)
	require.NoError(t, err)
	next := addTicket(t, s)
	require.Equal(t, []domain.TicketID{4711, quick.ID(), next.ID()}, feed(),
		"transactions of other databases hold nothing up")
	require.NoError(t, elsewhere.Rollback())
}

func TestAMovedDatabaseBeginsAnotherEraOfEvents(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	s := connect(t, dsn, 2)
	migrate(t, s)
	db := pool(t, dsn)
	eras := func() (n int) {
		require.NoError(t, db.QueryRow(`SELECT count(*) FROM event_eras`).Scan(&n))
		return n
	}
	require.NoError(t, s.BeginEra(t.Context()))
	first := addTicket(t, s)
	require.NoError(t, s.BeginEra(t.Context()))
	require.Equal(t, 1, eras(), "nothing was moved")

	_, err := db.Exec(`UPDATE events SET xid = '4611686018427387904'`) // as a server wrote that counted further
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, s.BeginEra(t.Context()))
		require.Equal(t, 2, eras())
	}
	second := addTicket(t, s)
	page, err := s.Events(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10)
	require.NoError(t, err)
	require.Len(t, page.Events, 2)
	require.Equal(t, first.ID(), page.Events[0].Ticket.ID)
	require.Equal(t, second.ID(), page.Events[1].Ticket.ID)
}
