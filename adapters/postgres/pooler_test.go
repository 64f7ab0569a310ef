package postgres_test

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/porttest"
	"ticketd/tests/support/testenv"
)

func behind(
	t testing.TB, server *testenv.Server, mode string, size int, more ...testenv.Option,
) *testenv.Server {
	t.Helper()
	return testenv.PgBouncer(t, server, append([]testenv.Option{
		testenv.Setting("pool_mode", mode), testenv.Setting("default_pool_size", strconv.Itoa(size)),
	}, more...)...)
}

// TestStoreBehindAPooler has three sessions for the eight connections of each store.
func TestStoreBehindAPooler(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t)
	pooler := behind(t, server, "transaction", 3)
	admin, err := sql.Open("postgres", server.URL())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, admin.Close()) })
	var dsns []string
	for i := range runtime.GOMAXPROCS(0) {
		name := "d" + strconv.Itoa(i)
		_, err = admin.ExecContext(t.Context(), `CREATE DATABASE `+name)
		require.NoError(t, err)
		dsns = append(dsns, onDatabase(t, pooler.URL(), name))
		migrate(t, connect(t, dsns[i], 1))
	}
	fresh := inTurn(t, dsns, true)
	porttest.TicketStore(t, fresh)
	porttest.UserStore(t, fresh)
	porttest.EventStore(t, fresh)
	porttest.WebhookStore(t, fresh)
}

func onDatabase(t *testing.T, rawURL, name string) string {
	t.Helper()
	u, err := url.Parse(rawURL)
	require.NoError(t, err)
	u.Path = "/" + name
	return u.String()
}

func TestWhatIsBetweenIsFoundOut(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t)
	const shared, kept = "transaction", "session"
	inTurn := testenv.Setting("server_round_robin", "1")
	for name, c := range map[string]struct {
		url    string
		pooler postgres.Pooler
		found  string
	}{
		"nothing":            {server.URL(), postgres.PoolerAuto, "none by=auto"},
		"sessions":           {behind(t, server, kept, 20).URL(), postgres.PoolerAuto, "session by=auto"},
		"one session":        {behind(t, server, kept, 1).URL(), postgres.PoolerAuto, "session by=auto"},
		"sessions, and none": {behind(t, server, kept, 20).URL(), postgres.PoolerNone, "session by=DB_POOLER"},
		"shared sessions":    {behind(t, server, shared, 20).URL(), postgres.PoolerAuto, "transaction by=auto"},
		"one shared session": {behind(t, server, shared, 1).URL(), postgres.PoolerAuto, "transaction by=auto"},
		"sessions in turn": {behind(t, server, shared, 20, inTurn).URL(), postgres.PoolerAuto,
			"transaction by=auto"},
		"what the setting is": {server.URL(), postgres.PoolerTransaction, "transaction by=DB_POOLER"},
		"what the URL asks for": {server.URL() + "&pgbouncer=true", postgres.PoolerAuto,
			"transaction by=DB_POOLER"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			open(t, c.url, postgres.Options{
				MaxConns: 4, Pooler: c.pooler, Log: slog.New(slog.NewTextHandler(&log, nil)),
			})
			require.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
			require.Contains(t, log.String(), "pooler="+c.found)
		})
	}
	t.Run("a setting that the pooler does not take is named", func(t *testing.T) {
		t.Parallel()
		dsn := behind(t, server, "transaction", 5).URL() + "&schema=tickets"
		_, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConns: 1})
		require.ErrorContains(t, err, "search_path")
		require.ErrorContains(t, err, "ALTER ROLE")
	})
	t.Run("a schema that the pooler drops is not taken for another", func(t *testing.T) {
		t.Parallel()
		dsn := behind(t, server, "transaction", 5,
			testenv.Setting("ignore_startup_parameters", "search_path")).URL() + "&schema=tickets"
		_, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConns: 1})
		require.ErrorContains(t, err, `asks for the search_path "tickets", but sessions have`)
	})
	t.Run("what allows no transactions is refused", func(t *testing.T) {
		t.Parallel()
		dsn := behind(t, server, "statement", 20).URL()
		_, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConns: 1})
		require.ErrorContains(t, err, "pool_mode=statement")
	})
}

func TestASmallPoolOfSessionsIsWaitedFor(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t)
	pooler := behind(t, server, "session", 3)
	var log bytes.Buffer
	s := open(t, pooler.URL(), postgres.Options{
		MaxConns: 8, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	migrate(t, connect(t, server.URL(), 1))
	ids := make([]domain.TicketID, 8)
	for i := range ids {
		ids[i] = addTicket(t, s).ID()
	}
	for _, err := range atOnce(64, func(i int) error {
		for range 20 {
			if _, err := s.User(t.Context(), domain.UserID(i)); domain.KindOf(err) != domain.KindNotFound {
				return err
			}
		}
		return nil
	}) {
		require.NoError(t, err)
	}
	require.Equal(t, 1, strings.Count(log.String(), "lower DB_MAX_CONNS"), log.String())

	taken := behind(t, server, "session", 1)
	holder, err := sql.Open("postgres", taken.URL())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, holder.Close()) })
	only, err := holder.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, only.Close()) })
	require.NoError(t, only.PingContext(t.Context()))
	_, err = postgres.Open(t.Context(), taken.URL(), postgres.Options{MaxConns: 1})
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	require.ErrorContains(t, err, "DB_MAX_CONNS")
}

func TestACancelledStatementIsNobodyElses(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t)
	pooler := behind(t, server, "transaction", 3)
	s := connect(t, pooler.URL(), 16)
	migrate(t, s)
	ticket := addTicket(t, s)
	for i, err := range atOnce(24, func(i int) error {
		for n := range 60 {
			if i%3 > 0 {
				if _, err := s.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 20}); err != nil {
					return err
				}
				continue
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n%20)*100*time.Microsecond)
			_, err := s.Stats(ctx, ports.Period{})
			cancel()
			if err != nil && ctx.Err() == nil {
				return err
			}
		}
		return nil
	}) {
		require.NoError(t, err, "caller %d", i)
	}
	works(t, s, ticket.ID())
}
