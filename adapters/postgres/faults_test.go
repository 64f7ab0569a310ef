package postgres_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

func TestServerAway(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t, testenv.Durable())
	s := connect(t, server.URL(), 4)
	migrate(t, s)
	ticket := addTicket(t, s)

	for name, away := range map[string]func(){"stopped": server.Stop, "killed": server.Kill} {
		away()
		_, err := s.Ticket(t.Context(), ticket.ID())
		require.ErrorIs(t, err, domain.ErrStoreUnavailable, name)
		require.ErrorIs(t, s.SaveTicket(t.Context(), ticket), domain.ErrStoreUnavailable, name)
		require.ErrorIs(t, s.Ping(t.Context()), domain.ErrStoreUnavailable, name)
		_, err = postgres.Open(t.Context(), server.URL(), postgres.Options{MaxConns: 1})
		require.ErrorIs(t, err, domain.ErrStoreUnavailable, name)

		server.Start()
		require.NoError(t, s.Ping(t.Context()), name)
		works(t, s, ticket.ID())
	}
}

func TestServerEndsConnections(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	s := connect(t, dsn, 4)
	migrate(t, s)
	ticket := addTicket(t, s)
	admin, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, admin.Close()) })
	for range 3 {
		_, err = admin.ExecContext(
			t.Context(),
			`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`,
		)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			var left int
			err := admin.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&left)
			return err == nil && left == 0
		}, time.Minute, time.Millisecond)
		works(t, s, ticket.ID()) // nobody notices: the statements are prepared again on new connections
	}
}

// departed are connections that turn out to be gone when they are closed.
type departed struct{ driver.Connector }

func (d departed) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := d.Connector.Connect(ctx)
	return departedConn{c}, err
}

type departedConn struct{ driver.Conn }

// BeginTx implements driver.ConnBeginTx.
func (c departedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	with, ok := c.Conn.(driver.ConnBeginTx)
	if !ok {
		return nil, driver.ErrSkip
	}
	return with.BeginTx(ctx, o)
}

func (c departedConn) Close() error {
	if err := c.Conn.Close(); err != nil {
		return err
	}
	return &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}
}

func TestAConnectionThatIsGoneAtTheEndIsNoError(t *testing.T) {
	t.Parallel()
	s, err := postgres.Open(
		t.Context(),
		testenv.Postgres(t),
		postgres.Options{MaxConns: 2, OpenDB: func(c driver.Connector) *sql.DB {
			return sql.OpenDB(departed{c})
		}},
	)
	require.NoError(t, err)
	require.NoError(t, s.Ping(t.Context()))
	require.NoError(t, s.Close())
}

func works(t *testing.T, s *postgres.Store, id domain.TicketID) {
	t.Helper()
	for range 8 {
		ticket, err := s.Ticket(t.Context(), id)
		require.NoError(t, err)
		require.NoError(t, s.SaveTicket(t.Context(), ticket))
		_, err = s.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 20})
		require.NoError(t, err)
	}
}

func TestContextEndsWhileTheServerWorks(t *testing.T) {
	t.Parallel()
	dsn := testenv.Postgres(t)
	s := connect(t, dsn, 2)
	migrate(t, s)
	ticket := addTicket(t, s)
	other, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	tx, err := other.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `SELECT FROM tickets FOR UPDATE`) // whoever saves has to wait
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err = s.SaveTicket(ctx, ticket)
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	err = s.SaveTicket(ctx, ticket)
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	require.ErrorIs(t, err, context.Canceled)

	require.NoError(t, tx.Rollback())
	works(t, s, ticket.ID())
}

func TestServerIsFull(t *testing.T) {
	t.Parallel()
	const most = 5
	server := testenv.PrivatePostgres(t, testenv.Setting("max_connections", strconv.Itoa(most)))
	held, err := sql.Open("postgres", server.URL())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, held.Close()) })
	for taken := 0; taken < most; { // the connection of the server's start may take a moment to end
		conn, err := held.Conn(t.Context())
		if err != nil {
			continue
		}
		t.Cleanup(func() { require.NoError(t, conn.Close()) })
		taken++
	}
	_, err = postgres.Open(t.Context(), server.URL(), postgres.Options{MaxConns: 1})
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
}

func TestErrorsKeepThePassword(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	const secret = "hunter2secret"
	for _, dsn := range []string{
		"postgres://ann:" + secret + "@" + closed.Addr().String() + "/tickets",
		"postgres://" + closed.Addr().String() + "/tickets?user=ann&password=" + secret,
		"postgres://ann:" + secret + "@127.0.0.1:notaport/tickets",
		"postgres://ann:" + secret + "/%zz@127.0.0.1/tickets",
		"postgres://ann:" + secret + "@127.0.0.1/tickets?sslmode=" + secret,
		"postgres://ann:" + secret + "@127.0.0.1/tickets?connect_timeout=" + secret,
		"postgres://ann:" + secret + "@127.0.0.1/tickets?sslrootcert=/nowhere/" + secret,
	} {
		_, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConns: 1})
		require.Error(t, err)
		require.False(t, strings.Contains(err.Error(), secret), "the password shows in: %v", err)
	}
}

func TestMissingDatabase(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(testenv.Postgres(t))
	require.NoError(t, err)
	u.Path = "/nowhere"
	_, err = postgres.Open(t.Context(), u.String(), postgres.Options{MaxConns: 1})
	require.ErrorContains(t, err, "does not exist")
}

func TestSilentServer(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen(
		"tcp",
		"127.0.0.1:0",
	) // takes connections, as a frozen server does, and says nothing
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, silent.Close()) })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = postgres.Open(
		ctx,
		"postgres://ann@"+silent.Addr().String()+"/tickets",
		postgres.Options{MaxConns: 1},
	)
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	require.Less(t, time.Since(start), 5*time.Second)
}

func addTicket(t *testing.T, s *postgres.Store) domain.Ticket {
	t.Helper()
	ticket, err := s.AddTicket(t.Context(), plainTicket(t), ports.Lease{})
	require.NoError(t, err)
	return ticket
}

func plainTicket(t testing.TB) domain.Ticket {
	t.Helper()
	ticket, err := domain.NewTicket("Title", "Description", nil, domain.Creators{}, time.Now())
	require.NoError(t, err)
	return ticket
}
