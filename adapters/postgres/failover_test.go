package postgres_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

// told keeps what a store said last about the use that its database is of.
type told struct {
	mu     sync.Mutex
	usable error
}

func (h *told) note(_ context.Context, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.usable = err
}

func (h *told) last() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.usable
}

func addresses(t *testing.T, servers ...*testenv.Server) string {
	t.Helper()
	var list []string
	for _, s := range servers {
		u, err := url.Parse(s.URL())
		require.NoError(t, err)
		list = append(list, u.Host)
	}
	return strings.Join(list, ",")
}

// watched opens a store over servers, in the order in which a URL names them.
func watched(t *testing.T, servers ...*testenv.Server) (*postgres.Store, *told) {
	t.Helper()
	h := &told{}
	s, err := postgres.Open(t.Context(),
		"postgres://postgres@"+addresses(t, servers...)+"/postgres?sslmode=disable",
		postgres.Options{MaxConns: 4, Batch: true, Usable: h.note})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, h
}

func adminOf(t *testing.T, s *testenv.Server) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", s.URL())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func configure(t *testing.T, db *sql.DB, setting string) {
	t.Helper()
	for _, one := range []string{`ALTER SYSTEM SET ` + setting, `SELECT pg_reload_conf()`} {
		_, err := db.ExecContext(t.Context(), one)
		require.NoError(t, err)
	}
}

func TestSessionsThatBecameReadOnlyAreNotUsedOnceTheyNeedNotBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ closed, open []string }{
		"new ones, by the role": {
			[]string{
				`ALTER ROLE postgres SET default_transaction_read_only = on`,
				`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
					WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
			},
			[]string{`SET default_transaction_read_only = off`,
				`ALTER ROLE postgres RESET default_transaction_read_only`},
		},
		"all of them, by the system": {
			[]string{`ALTER SYSTEM SET default_transaction_read_only = on`, `SELECT pg_reload_conf()`},
			[]string{`ALTER SYSTEM RESET default_transaction_read_only`, `SELECT pg_reload_conf()`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := testenv.PrivatePostgres(t)
			s, told := watched(t, server)
			migrate(t, s)
			ticket := addTicket(t, s)
			admin, err := adminOf(t, server).Conn(t.Context())
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, admin.Close()) })
			do := func(statements []string) {
				for _, one := range statements {
					_, err := admin.ExecContext(t.Context(), one)
					require.NoError(t, err)
				}
			}
			save := func() error {
				current, err := s.Ticket(t.Context(), ticket.ID())
				require.NoError(t, err, "reads go on")
				return s.SaveTicket(t.Context(), current)
			}

			do(c.closed)
			require.Eventually(t, func() bool { return save() != nil }, patience, 20*time.Millisecond)
			for range 20 {
				require.ErrorIs(t, save(), domain.ErrStoreReadOnly)
				require.ErrorIs(t, save(), domain.ErrStoreUnavailable)
				_, err = s.AddTicket(t.Context(), plainTicket(t), ports.Lease{})
				require.ErrorIs(t, err, domain.ErrStoreReadOnly)
			}
			require.ErrorIs(t, s.Ping(t.Context()), domain.ErrStoreReadOnly)
			require.ErrorIs(t, told.last(), domain.ErrStoreReadOnly)
			require.Positive(t, s.Dropped()[postgres.DroppedReadOnly])

			do(c.open)
			require.Eventually(t, func() bool { return save() == nil }, patience, 20*time.Millisecond)
			require.NoError(t, s.Ping(t.Context()))
			require.NoError(t, told.last())
		})
	}
}

func TestAFrozenServerDoesNotHoldUpTheOther(t *testing.T) {
	t.Parallel()
	primary := testenv.PrivatePostgres(t, testenv.Setting("synchronous_commit", "on"))
	standby := testenv.PrivateStandby(t, primary, testenv.Setting("synchronous_commit", "on"))
	configure(t, adminOf(t, primary), `synchronous_standby_names = '*'`)
	s, _ := watched(t, standby, primary) // the first one is no use while it is a standby
	migrate(t, s)
	ticket := addTicket(t, s)
	works(t, s, ticket.ID())
	ended := make(chan error, 8)
	primary.Pause()
	for range cap(ended) {
		go func() {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := s.Ticket(ctx, ticket.ID())
			ended <- err
		}()
	}
	for range cap(ended) {
		require.ErrorIs(t, <-ended, domain.ErrStoreUnavailable)
	}
	require.Positive(t, s.Dropped()[postgres.DroppedSilent])
	require.ErrorIs(t, s.Ping(t.Context()), domain.ErrStoreUnavailable)

	_, err := adminOf(t, standby).ExecContext(t.Context(), `SELECT pg_promote()`)
	require.NoError(t, err)
	promoted := time.Now()
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		current, err := s.Ticket(ctx, ticket.ID())
		return err == nil && s.SaveTicket(ctx, current) == nil
	}, patience, 20*time.Millisecond)
	t.Log("works", time.Since(promoted), "after the promotion")
	works(t, s, ticket.ID())
	require.NoError(t, s.Ping(t.Context()))
}

func TestWhichOfSeveralHostsIsTaken(t *testing.T) {
	t.Parallel()
	primary := testenv.PrivatePostgres(t)
	standby := testenv.PrivateStandby(t, primary)
	hosts := func(servers ...*testenv.Server) string {
		return "postgres://postgres@127.0.0.1:1," + addresses(t, servers...) + "/postgres?sslmode=disable"
	}
	for attrs, taken := range map[string]struct{ primaryFirst, standbyFirst, primaryAlone, standbyAlone string }{
		"":                                     {"primary", "primary", "primary", "the server is a standby"},
		"&target_session_attrs=read-write":     {"primary", "primary", "primary", "the server is a standby"},
		"&target_session_attrs=primary":        {"primary", "primary", "primary", "the server is a standby"},
		"&target_session_attrs=any":            {"primary", "standby", "primary", "standby"},
		"&target_session_attrs=standby":        {"standby", "standby", "the server is no standby", "standby"},
		"&target_session_attrs=read-only":      {"standby", "standby", "sessions are not read-only", "standby"},
		"&target_session_attrs=prefer-standby": {"standby", "standby", "primary", "standby"},
		"&target_session_attrs=prefer-standby&load_balance_hosts=random": {
			"standby", "standby", "primary", "standby",
		},
	} {
		for among, want := range map[string]string{
			hosts(primary, standby): taken.primaryFirst, hosts(standby, primary): taken.standbyFirst,
			hosts(primary): taken.primaryAlone, hosts(standby): taken.standbyAlone,
		} {
			s, err := postgres.Open(t.Context(), among+attrs, postgres.Options{MaxConns: 4})
			if err != nil {
				require.ErrorIs(t, err, domain.ErrStoreUnavailable)
				require.ErrorContains(t, err, want, attrs)
				require.NotContains(t, err.Error(), "\n")
				continue
			}
			var got string
			for range 2 { // also on a second connection
				c, err := s.Pools()["postgres"].Conn(t.Context())
				require.NoError(t, err)
				defer c.Close()
				require.NoError(t, c.QueryRowContext(t.Context(),
					`SELECT CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE 'primary' END`).Scan(&got))
				require.Equal(t, want, got, "%s %s", among, attrs)
			}
			t.Cleanup(func() { require.NoError(t, s.Close()) })
		}
	}
}

func TestAFrozenServerGivesBackItsConnections(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t)
	s, _ := watched(t, server)
	migrate(t, s)
	ticket := addTicket(t, s)
	works(t, s, ticket.ID())
	pool := s.Pools()["postgres"]
	server.Pause()
	for range 2 * pool.Stats().MaxOpenConnections {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := s.Ticket(ctx, ticket.ID())
		require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	}
	require.Eventually(t, func() bool { return pool.Stats().InUse == 0 }, patience, 20*time.Millisecond)
	server.Resume()
	works(t, s, ticket.ID())
}

// An old primary that nobody fenced off takes changes, which then wait for a standby that has left it.
func TestAnOldPrimaryThatWokeUpIsLeftForTheNewOne(t *testing.T) {
	t.Parallel()
	old := testenv.PrivatePostgres(t, testenv.Setting("synchronous_commit", "on"))
	standby := testenv.PrivateStandby(t, old, testenv.Setting("synchronous_commit", "on"))
	configure(t, adminOf(t, old), `synchronous_standby_names = '*'`)
	s, _ := watched(t, old, standby)
	migrate(t, s)
	works(t, s, addTicket(t, s).ID())
	_, err := adminOf(t, standby).ExecContext(t.Context(), `SELECT pg_promote()`)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.AddTicket(ctx, plainTicket(t), ports.Lease{})
		return err == nil
	}, patience, 20*time.Millisecond)
	var known int
	count := adminOf(t, standby).QueryRowContext(t.Context(), `SELECT count(*) FROM tickets`)
	require.NoError(t, count.Scan(&known))
	require.Equal(t, 2, known)
}

func TestAStandbyAloneSaysSo(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t)
	s, _ := watched(t, server)
	migrate(t, s)
	ticket := addTicket(t, s)
	server.Demote()
	require.ErrorIs(t, s.Ping(t.Context()), domain.ErrStoreReadOnly)
	current, err := s.Ticket(t.Context(), ticket.ID())
	require.NoError(t, err)
	require.ErrorIs(t, s.SaveTicket(t.Context(), current), domain.ErrStoreReadOnly)
	require.ErrorIs(t, s.DeleteTicket(t.Context(), ticket.ID(), nil), domain.ErrStoreReadOnly, "a transaction")
	reader, _ := watched(t, server)
	_, err = reader.Ticket(t.Context(), ticket.ID())
	require.NoError(t, err, "what only reads may be opened there")
	_, err = adminOf(t, server).ExecContext(t.Context(), `SELECT pg_promote()`)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return s.Ping(t.Context()) == nil }, patience, 20*time.Millisecond)
	works(t, s, ticket.ID())
}

// A statement that is cancelled while it waits for a standby has committed all the same: the server says that
// it succeeded, and warns.
func TestAChangeOnThePrimaryAloneIsNoSuccess(t *testing.T) {
	t.Parallel()
	server := testenv.PrivatePostgres(t, testenv.Setting("synchronous_commit", "on"))
	s, _ := watched(t, server)
	migrate(t, s)
	tickets := []domain.Ticket{addTicket(t, s), addTicket(t, s), addTicket(t, s)}
	admin := adminOf(t, server)
	configure(t, admin, `synchronous_standby_names = 'nobody'`)
	require.Eventually(t, func() bool { // the server takes a moment to heed that
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := s.AddTicket(ctx, plainTicket(t), ports.Lease{})
		return err != nil
	}, patience, 20*time.Millisecond)
	for name, change := range map[string]func(ctx context.Context) error{
		"one statement": func(ctx context.Context) error {
			_, err := s.AddTicket(ctx, plainTicket(t), ports.Lease{})
			return err
		},
		"a transaction": func(ctx context.Context) error {
			defer func() { tickets = tickets[1:] }()
			return s.DeleteTicket(ctx, tickets[0].ID(), nil)
		},
	} {
		ended := make(chan error, 1)
		go func() { ended <- change(t.Context()) }()
		require.Eventually(t, func() bool {
			_, err := admin.ExecContext(t.Context(),
				`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`)
			require.NoError(t, err)
			return len(ended) > 0
		}, patience, 20*time.Millisecond)
		err := <-ended
		require.ErrorIs(t, err, domain.ErrStoreUnavailable, name)
		require.ErrorContains(t, err, "on the primary alone", name)

		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, change(ctx), domain.ErrStoreUnavailable, name)
	}
	_, err := s.Ticket(t.Context(), tickets[0].ID())
	require.NoError(t, err, "reads go on")
}
