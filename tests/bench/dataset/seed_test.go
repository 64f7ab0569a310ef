package dataset_test

import (
	"context"
	"database/sql"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/migrations"
	"ticketd/ports"
	"ticketd/ports/search"
	"ticketd/tests/bench/dataset"
	"ticketd/tests/support/testenv"
)

var size = dataset.Size{Tickets: 6000, Users: 50}

func TestSeed(t *testing.T) {
	t.Parallel()
	store, db := seeded(t)

	t.Run("tickets are numbered by age, and the store takes them all for done", func(t *testing.T) {
		page, err := store.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 100})
		require.NoError(t, err)
		require.Len(t, page.Items, 100)
		for i, ticket := range page.Items {
			require.Equal(t, domain.TicketID(size.Tickets-i), ticket.ID())
			require.Equal(t, domain.AIStatusDone, ticket.AIStatus())
		}
		require.Equal(t, size.Tickets,
			count(t, db,
				`SELECT count(*) FROM classifications JOIN tickets USING (category) WHERE ticket_id = tickets.id`))
	})

	t.Run("general and high are rare together and common apart", func(t *testing.T) {
		require.Equal(t, size.Tickets/dataset.RareEvery,
			count(t, db, `SELECT count(*) FROM tickets WHERE category = 'general' AND priority = 'high'`))
		require.Greater(t, count(t, db, `SELECT count(*) FROM tickets WHERE category = 'general'`), size.Tickets/5)
		require.Greater(t, count(t, db, `SELECT count(*) FROM tickets WHERE priority = 'high'`), size.Tickets/10)
	})

	t.Run("the index of words is complete, and a search finds a ticket by its number", func(t *testing.T) {
		require.Zero(t, count(t, db,
			`SELECT count(*) FROM tickets WHERE id NOT IN (SELECT ticket_id FROM ticket_words)`))
		q, err := search.Parse(`"case 4321"`)
		require.NoError(t, err)
		page, err := store.ListTickets(t.Context(), ports.TicketFilter{Search: q}, ports.Page{Limit: 2})
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		require.Equal(t, domain.TicketID(4321), page.Items[0].ID())
	})

	t.Run("all indexes of the migrations are there again", func(t *testing.T) {
		const indexes = `SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'`
		_, empty := migrated(t)
		require.Equal(t, count(t, empty, indexes), count(t, db, indexes))
	})

	t.Run("restoring takes away later tickets and nothing else", func(t *testing.T) {
		require.NoError(t, dataset.Restore(t.Context(), db, size))
		ticket, err := domain.NewTicket("Later", "Than the others.", nil, domain.Creators{},
			page0(t, store).CreatedAt())
		require.NoError(t, err)
		added, err := store.AddTicket(t.Context(), ticket, ports.Lease{})
		require.NoError(t, err)
		require.Equal(t, domain.TicketID(size.Tickets+1), added.ID())
		require.NoError(t, dataset.Restore(t.Context(), db, size))
		require.Equal(t, size.Tickets, count(t, db, `SELECT count(*) FROM tickets`))
		require.Zero(t, count(t, db, `SELECT count(*) FROM ticket_words_new`))
	})
}

func page0(t *testing.T, store *postgres.Store) domain.Ticket {
	t.Helper()
	page, err := store.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 1})
	require.NoError(t, err)
	return page.Items[0]
}

func seeded(t *testing.T) (*postgres.Store, *sql.DB) {
	t.Helper()
	store, db := migrated(t)
	require.NoError(t, dataset.Seed(t.Context(), db, size, func(string) {}))
	return store, db
}

func migrated(t *testing.T) (*postgres.Store, *sql.DB) {
	t.Helper()
	store, err := postgres.Open(t.Context(), testenv.Postgres(t), postgres.Options{MaxConns: 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	m, err := migrations.Postgres(store.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(context.WithoutCancel(t.Context())))
	db := sql.OpenDB(store.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return store, db
}

func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n))
	return n
}
