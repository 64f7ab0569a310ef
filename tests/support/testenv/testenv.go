// Package testenv gives tests real PostgreSQL, PgBouncer, Redis and nginx servers: it finds them, starts them
// or fails the test with what to install. It never skips. Everything it makes is gone when the test ends, and
// at the latest when the test process does, however that ends.
package testenv

import (
	"sync"
	"testing"

	"ticketd/tests/support/testenv/internal/servers"
)

// sharedPostgres is found once in a test process. A server started for it lives as long as the process.
var sharedPostgres = sync.OnceValues(func() (string, error) {
	return servers.ThisMachine().Postgres(servers.Options{})
})

// Postgres returns the URL of a fresh, empty database of t's own (UTF-8). The server may be shared with other
// tests and programs.
func Postgres(t testing.TB) string {
	t.Helper()
	url, drop, err := LastingPostgres()
	if err != nil {
		t.Fatal(err)
	}
	cleanup(t, drop)
	return url
}

// LastingPostgres is Postgres for a TestMain, which has to drop the database.
func LastingPostgres() (url string, drop func() error, err error) {
	server, err := sharedPostgres()
	if err != nil {
		return "", nil, err
	}
	return servers.CreateDatabase(server, "ticketd_test_")
}

// Redis returns the URL of an empty Redis database that no other test uses. A test that sends FLUSHALL or
// changes the configuration takes PrivateRedis: here the server can be one on which only the database number
// is t's own.
func Redis(t testing.TB) string {
	t.Helper()
	url, release, err := servers.ThisMachine().Redis()
	if err != nil {
		t.Fatal(err)
	}
	cleanup(t, release)
	return url
}

// PrivatePostgres starts a PostgreSQL server of t's own, which t may stop and kill. Its superuser is
// postgres, without a password.
func PrivatePostgres(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s, err := servers.ThisMachine().PrivatePostgres(options(opts))
	return own(t, s, err)
}

// PrivateStandby starts a PostgreSQL server of t's own that follows a private one, with the same superuser.
func PrivateStandby(t testing.TB, primary *Server, opts ...Option) *Server {
	t.Helper()
	s, err := servers.ThisMachine().PrivateStandby(primary.server, options(opts))
	return own(t, s, err)
}

// PrivateRedis starts a Redis server of t's own, which t may stop and kill. It comes back empty unless it is
// Durable.
func PrivateRedis(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s, err := servers.ThisMachine().PrivateRedis(options(opts))
	return own(t, s, err)
}

// PgBouncer starts a pooler of t's own in front of a private PostgreSQL server. Settings are those of its
// section [pgbouncer], such as pool_mode. Its URL names the same database; Stop cuts all clients off.
func PgBouncer(t testing.TB, server *Server, opts ...Option) *Server {
	t.Helper()
	s, err := servers.ThisMachine().PgBouncer(server.URL(), options(opts))
	return own(t, s, err)
}

// Nginx starts an nginx of t's own and returns its URL. configure returns what its http block holds, for the
// port on which it is to listen.
func Nginx(t testing.TB, configure func(port int) string) string {
	t.Helper()
	s, err := servers.ThisMachine().Nginx(configure)
	return own(t, s, err).URL()
}

func own(t testing.TB, s *servers.Server, err error) *Server {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	cleanup(t, s.Remove)
	return &Server{t: t, server: s}
}

func cleanup(t testing.TB, release func() error) {
	t.Cleanup(func() {
		if err := release(); err != nil {
			t.Errorf("clean up after the test: %v", err)
		}
	})
}
