package postgres_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/tests/support/testenv"
)

// between passes bytes on to a server, as a pooler does. Without sessions it ends a new connection at the
// first question that only the server itself could answer.
type between struct {
	url      string
	sessions atomic.Bool

	mu    sync.Mutex
	conns []net.Conn
}

func newBetween(t *testing.T, dsn string) *between {
	t.Helper()
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	target := u.Host
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u.Host = l.Addr().String()
	b := &between{url: u.String()}
	b.sessions.Store(true)
	var passing sync.WaitGroup
	passing.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				_ = client.Close()
				continue
			}
			b.mu.Lock()
			b.conns = append(b.conns, client, server)
			b.mu.Unlock()
			passing.Go(func() { b.pass(client, server) })
			passing.Go(func() {
				_, _ = io.Copy(client, server)
				_ = client.Close()
			})
		}
	})
	t.Cleanup(func() {
		require.NoError(t, l.Close())
		b.cut()
		passing.Wait()
	})
	return b
}

func (b *between) pass(client, server net.Conn) {
	defer client.Close()
	defer server.Close()
	for sent := make([]byte, 1<<16); ; {
		n, err := client.Read(sent)
		if err != nil || !b.sessions.Load() && bytes.Contains(sent[:n], []byte("pg_backend_pid")) {
			return
		}
		if _, err := server.Write(sent[:n]); err != nil {
			return
		}
	}
}

// cut ends all connections.
func (b *between) cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.conns {
		_ = c.Close()
	}
	b.conns = nil
}

// soon bounds what a beat or a request waits for.
const soon = 5 * time.Second

// hold has n connections of the pool at once and returns how many there were.
func hold(ctx context.Context, pool *sql.DB, n int) int {
	ctx, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	held := make(chan *sql.Conn, n)
	var asking sync.WaitGroup
	for range n {
		asking.Go(func() {
			if c, err := pool.Conn(ctx); err == nil {
				held <- c
			}
		})
	}
	asking.Wait()
	close(held)
	defer func() {
		for c := range held {
			_ = c.Close()
		}
	}()
	return len(held)
}

// The clock of the bubble stands still while anything is on its way to the server and back.
func TestAPoolIsAsWideAsItShouldBeWhateverFailed(t *testing.T) {
	t.Parallel()
	const most, steps = 8, 40
	dsn := testenv.Postgres(t)
	migrate(t, connect(t, dsn, 1))
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			way, draw := newBetween(t, dsn), rand.New(rand.NewPCG(seed, 0))
			synctest.Test(t, func(t *testing.T) {
				s := open(t, way.url, postgres.Options{MaxConns: most})
				pool, did := s.Pools()["postgres"], []string{}
				id, err := s.Enlist(t.Context())
				require.NoError(t, err)
				for range steps {
					switch n := draw.IntN(8); n {
					case 0, 1:
						way.sessions.Store(n == 0)
						did = append(did, fmt.Sprint("sessions ", n == 0))
					case 2:
						way.cut()
						did = append(did, "cut")
					case 3:
						d := time.Duration(draw.IntN(400)) * time.Second
						time.Sleep(d) // of the bubble
						did = append(did, fmt.Sprint("rest ", d))
					case 4, 5:
						asked := draw.IntN(2 * most)
						did = append(did, fmt.Sprintf("hold %d of %d", hold(t.Context(), pool, asked), asked))
					default:
						ctx, cancel := context.WithTimeout(t.Context(), soon)
						_, _, err := s.Beat(ctx, id)
						cancel()
						did = append(did, fmt.Sprint("beat ", err))
					}
					width := pool.Stats().MaxOpenConnections
					require.Positive(t, width, "0 is without a limit\n%s", strings.Join(did, "\n"))
					require.LessOrEqual(t, width, most, strings.Join(did, "\n"))
				}
				way.sessions.Store(true)
				time.Sleep(10 * time.Minute) // of the bubble; nothing is open then
				require.Equal(t, 1, hold(t.Context(), pool, 1))
				way.sessions.Store(false)
				require.Equal(t, 1, hold(t.Context(), pool, most), "all others wait for this one")
				require.Equal(t, 1, pool.Stats().MaxOpenConnections)
				way.sessions.Store(true)
				time.Sleep(3 * time.Minute)
				require.Equal(t, most, pool.Stats().MaxOpenConnections, strings.Join(did, "\n"))
				require.Equal(t, most, hold(t.Context(), pool, most))
			})
		})
	}
}

func TestAPoolKeepsItsSizeWhileAPoolersServerIsFrozen(t *testing.T) {
	t.Parallel()
	const most = 4
	server := testenv.PrivatePostgres(t)
	migrate(t, connect(t, server.URL(), 1))
	pooler := behind(t, server, "session", 20)
	stores := make([]*postgres.Store, most)
	for conns := range stores {
		s := open(t, pooler.URL(), postgres.Options{MaxConns: most})
		pool := s.Pools()["postgres"]
		require.Equal(t, conns, hold(t.Context(), pool, conns))
		if conns == 0 {
			pool.SetMaxIdleConns(0) // closes the one of the start
			pool.SetMaxIdleConns(most)
		}
		require.Equal(t, conns, pool.Stats().OpenConnections)
		stores[conns] = s
	}
	server.Pause()
	errs := atOnce(most, func(i int) error {
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		defer cancel()
		_, err := stores[i].Enlist(ctx)
		return err
	})
	for i, err := range errs {
		require.ErrorIs(t, err, domain.ErrStoreUnavailable)
		require.Equal(t, most, stores[i].Pools()["postgres"].Stats().MaxOpenConnections, "with %d connections", i)
	}
	server.Resume()
	for i, s := range stores {
		require.Eventually(t, func() bool {
			return hold(t.Context(), s.Pools()["postgres"], most) == most
		}, patience, 20*time.Millisecond, "with %d connections", i)
	}
}
