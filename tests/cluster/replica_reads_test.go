//go:build cluster

package cluster_test

import (
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/migrations"
	"ticketd/ports"
	"ticketd/ports/porttest"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// counts is a meter of reads.
type counts struct {
	ports.NoMeter
	mu sync.Mutex
	by map[ports.ReadBy]int
}

func (c *counts) Read(by ports.ReadBy) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by[by]++
}

func (c *counts) of(by ports.ReadBy) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.by[by]
}

// replicated are the settings of servers that answer commits when they are in the log, as those outside of
// tests.
var replicated = testenv.Setting("synchronous_commit", "on")

func newPrimary(t testing.TB) *testenv.Server {
	t.Helper()
	return testenv.PrivatePostgres(t, replicated)
}

func newStandby(t testing.TB, primary *testenv.Server) *testenv.Server {
	t.Helper()
	return testenv.PrivateStandby(t, primary, replicated)
}

// on runs a statement, also at the end of a test.
func on(t testing.TB, url, query string) {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	_, err = db.ExecContext(context.WithoutCancel(t.Context()), query)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

func openStore(t testing.TB, dsn string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConns: 8, Batch: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func migrate(t testing.TB, s *postgres.Store) {
	t.Helper()
	m, err := migrations.Postgres(s.Connector(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, m.Up(context.WithoutCancel(t.Context())))
}

func openReader(t testing.TB, s *postgres.Store, dsn string) (*postgres.Reader, *counts) {
	t.Helper()
	c := &counts{by: map[ports.ReadBy]int{}}
	r, err := postgres.NewReader(s, dsn, postgres.ReaderOptions{
		MaxConns: 8, Meter: c, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r, c
}

// reads lists tickets until that is answered so.
func reads(t testing.TB, r *postgres.Reader, c *counts, by ports.ReadBy) {
	t.Helper()
	before := c.of(by)
	require.Eventually(t, func() bool {
		_, err := r.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 20})
		require.NoError(t, err)
		return c.of(by) > before
	}, system.Patience, pollEvery, by)
}

func add(t testing.TB, s ports.TicketAdder) domain.Ticket {
	t.Helper()
	ticket, err := domain.NewTicket("Title", "Description", nil, domain.Creators{}, time.Now())
	require.NoError(t, err)
	ticket, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
	require.NoError(t, err)
	return ticket
}

// at returns the address of a database on another server, or of another database on the same one.
func at(t *testing.T, dsn, host, database string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	if host != "" {
		other, err := url.Parse(host)
		require.NoError(t, err)
		u.Host = other.Host
	}
	if database != "" {
		u.Path = database
	}
	return u.String()
}

// shared is a store whose reads replicas answer.
type shared struct {
	primary
	*postgres.Reader
}

type primary struct{ *postgres.Store }

func TestReplicasAnswerAsTheStoreDoes(t *testing.T) {
	t.Parallel()
	server := newPrimary(t)
	replica := newStandby(t, server)
	c := &counts{by: map[ports.ReadBy]int{}}
	const databases = 2
	free := make(chan string, databases)
	for range databases {
		dsn, drop, err := testenv.CreateDatabase(server.URL(), "ticketd_test_")
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, drop()) })
		migrate(t, openStore(t, dsn))
		free <- dsn
	}
	fresh := func(t *testing.T) porttest.Stores {
		t.Helper()
		dsn := <-free
		t.Cleanup(func() {
			on(t, dsn, `DELETE FROM tickets; DELETE FROM users; DELETE FROM events; DELETE FROM webhooks`)
			free <- dsn
		})
		s := openStore(t, dsn)
		r, err := postgres.NewReader(s, at(t, dsn, replica.URL(), ""), postgres.ReaderOptions{
			MaxConns: 8, Meter: c, Log: slog.New(slog.DiscardHandler),
		})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, r.Close()) })
		return shared{primary{s}, r}
	}
	t.Run("stores", func(t *testing.T) {
		porttest.TicketStore(t, fresh)
		porttest.UserStore(t, fresh)
		porttest.EventStore(t, fresh)
	})
	t.Log(c.by)
	require.Greater(t, c.of(ports.ByReplica), 200)
	require.Zero(t, c.of(ports.ReadFailed), "besides those whose context ended")
}

func TestTheLogOnAReplicaPassesOverNoChangeUnderWay(t *testing.T) {
	t.Parallel()
	server := newPrimary(t)
	replica := newStandby(t, server)
	s := openStore(t, server.URL())
	migrate(t, s)
	r, c := openReader(t, s, replica.URL())
	reads(t, r, c, ports.ByReplica)
	feed := func() (ids []domain.TicketID) {
		before := c.of(ports.ByReplica)
		require.Eventually(t, func() bool {
			page, err := r.Events(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10)
			require.NoError(t, err)
			ids = nil
			for _, e := range page.Events {
				ids = append(ids, e.Ticket.ID)
			}
			return c.of(ports.ByReplica) > before
		}, system.Patience, pollEvery)
		return ids
	}

	slow, err := system.Open(t, server.URL()).BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = slow.ExecContext(t.Context(), `INSERT INTO events (era, ticket_id, type, ticket) VALUES (1, 4711,
		'ticket.created', '{"status": "open", "ai_status": "pending", "round": 1, "version": 1}')`)
	require.NoError(t, err)
	quick := add(t, s)
	require.Empty(t, feed(), "a reader that heard of the later change would pass over the earlier one")
	require.NoError(t, slow.Commit())
	require.Equal(t, []domain.TicketID{4711, quick.ID()}, feed())
}

func TestAReadThatTheReplicaCancelsIsAnsweredByThePrimary(t *testing.T) {
	t.Parallel()
	server := newPrimary(t)
	replica := newStandby(t, server)
	on(t, replica.URL(), `ALTER SYSTEM SET max_standby_streaming_delay = 0`)
	on(t, replica.URL(), `SELECT pg_reload_conf()`)
	s := openStore(t, server.URL())
	migrate(t, s)
	r, c := openReader(t, s, replica.URL())
	reads(t, r, c, ports.ByReplica)

	// The statistics wait for one table, when the replica has to replay that somebody locks another one of
	// theirs.
	db, standby := system.Open(t, server.URL()), system.Open(t, replica.URL())
	lock := func(table string) *sql.Tx {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		_, err = tx.ExecContext(t.Context(), `LOCK TABLE `+table+` IN ACCESS EXCLUSIVE MODE`)
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), `CREATE TABLE flush_`+table+` ()`) // its commit flushes the log
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			return system.Count(t, standby, `pg_locks WHERE mode = 'AccessExclusiveLock' AND granted
				AND relation = '`+table+`'::regclass`) == 1
		}, system.Patience, pollEvery, "the replica follows")
		return tx
	}
	waiting := func(n int) {
		require.Eventually(t, func() bool {
			const blocked = `pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'tickets'`
			return system.Count(t, standby, blocked) == n
		}, system.Patience, pollEvery)
	}
	first := lock("classifications")
	answered := make(chan error, 1)
	go func() {
		_, err := r.Stats(t.Context(), ports.Period{})
		answered <- err
	}()
	waiting(1)
	second := lock("tickets")
	waiting(0)
	require.NoError(t, second.Rollback())
	require.NoError(t, first.Rollback())
	require.NoError(t, <-answered)
	require.Equal(t, 1, c.of(ports.ReadConflicted))
	reads(t, r, c, ports.ByReplica)
}

func TestWhatDoesNotFollowThePrimaryAnswersNothing(t *testing.T) {
	t.Parallel()
	server, other := newPrimary(t), newPrimary(t)
	replica := newStandby(t, server)
	s := openStore(t, server.URL())
	migrate(t, s)
	migrate(t, openStore(t, other.URL()))
	on(t, server.URL(), `CREATE DATABASE staging`)
	migrate(t, openStore(t, at(t, server.URL(), "", "staging")))
	for name, dsn := range map[string]string{
		"the primary itself":             server.URL(),
		"the standby of another cluster": newStandby(t, other).URL(),
		"another database":               at(t, replica.URL(), "", "staging"),
		"another schema":                 replica.URL() + "&search_path=pg_catalog",
	} {
		t.Run(name, func(t *testing.T) {
			r, c := openReader(t, s, dsn)
			reads(t, r, c, ports.ReplicaUnfit)
			require.Zero(t, c.of(ports.ByReplica))
		})
	}

	t.Run("a schema that is not there yet", func(t *testing.T) {
		on(t, server.URL(), `CREATE DATABASE late`)
		dsn := at(t, server.URL(), "", "late")
		late := openStore(t, dsn)
		require.Eventually(t, func() bool {
			return system.Open(t, at(t, dsn, replica.URL(), "")).PingContext(t.Context()) == nil
		}, system.Patience, pollEvery)
		on(t, replica.URL(), `SELECT pg_wal_replay_pause()`)
		migrate(t, late)
		r, c := openReader(t, late, at(t, dsn, replica.URL(), ""))
		reads(t, r, c, ports.ReplicaUnfit)
		require.Zero(t, c.of(ports.ByReplica))
		on(t, replica.URL(), `SELECT pg_wal_replay_resume()`)
		reads(t, r, c, ports.ByReplica)
	})
}

func TestOneOfSeveralReplicasIsEnough(t *testing.T) {
	t.Parallel()
	server := newPrimary(t)
	one, two := newStandby(t, server), newStandby(t, server)
	s := openStore(t, server.URL())
	migrate(t, s)
	second, err := url.Parse(two.URL())
	require.NoError(t, err)
	first, err := url.Parse(one.URL())
	require.NoError(t, err)
	first.Host += "," + second.Host
	both := first.String()
	r, c := openReader(t, s, both)
	reads(t, r, c, ports.ByReplica)
	one.Pause()
	require.Eventually(t, func() bool {
		before := c.of(ports.ByReplica)
		for range 10 {
			_, err := r.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 20})
			require.NoError(t, err)
		}
		return c.of(ports.ByReplica) == before+10
	}, system.Patience, pollEvery)
}

func TestReplicasAnswerThroughAPooler(t *testing.T) {
	t.Parallel()
	server := newPrimary(t)
	replica := newStandby(t, server)
	pooler := testenv.PgBouncer(t, replica,
		testenv.Setting("pool_mode", "transaction"), testenv.Setting("default_pool_size", "3"))
	s := openStore(t, server.URL())
	migrate(t, s)
	r, c := openReader(t, s, pooler.URL())
	reads(t, r, c, ports.ByReplica)
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for range 25 {
				ticket := add(t, s)
				slice, err := r.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 100})
				require.NoError(t, err)
				require.True(t, slices.ContainsFunc(slice.Items, func(found domain.Ticket) bool {
					return found.ID() == ticket.ID()
				}))
				_, err = r.Stats(t.Context(), ports.Period{})
				require.NoError(t, err)
			}
		})
	}
	readers.Wait()
	require.Zero(t, c.of(ports.ReadFailed))
	require.Greater(t, c.of(ports.ByReplica), 100)
}

func TestAReplicaOfTheOldPrimaryAnswersNothingAfterAFailover(t *testing.T) {
	t.Parallel()
	old := newPrimary(t)
	first := openStore(t, old.URL())
	migrate(t, first)
	promoted, left := newStandby(t, old), newStandby(t, old)
	add(t, first)
	on(t, promoted.URL(), `SELECT pg_promote()`)
	s := openStore(t, promoted.URL())
	ticket := add(t, s)
	r, c := openReader(t, s, left.URL())
	reads(t, r, c, ports.ReplicaUnfit)
	require.Zero(t, c.of(ports.ByReplica), "it is on the old timeline")

	u, err := url.Parse(promoted.URL())
	require.NoError(t, err)
	on(t, left.URL(), `ALTER SYSTEM SET primary_conninfo = 'user=postgres host=127.0.0.1 port=`+u.Port()+`'`)
	on(t, left.URL(), `SELECT pg_reload_conf()`)
	reads(t, r, c, ports.ByReplica)
	slice, err := r.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, ticket.ID(), slice.Items[0].ID())
}
