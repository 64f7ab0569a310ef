// Package api_test looks at the real program from outside: its settings, its API, its logs and how it takes
// what happens to it.
package api_test

import (
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/parallel"
	"ticketd/tests/support/system"
)

const patience = system.Patience

func TestMain(m *testing.M) { parallel.Main(m) }

type env = system.Env

// called waits until the model has read so many calls.
func called(t *testing.T, m *modelserver.Server, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return m.Calls() == n }, patience, time.Millisecond)
}

// nobody is an address at which nobody listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

// withPassword puts a password into a database's URL where there is none, and returns both.
func withPassword(t *testing.T, dbURL, password string) (string, string) {
	t.Helper()
	u, err := url.Parse(dbURL)
	require.NoError(t, err)
	if has, set := u.User.Password(); set {
		return dbURL, has
	}
	u.User = url.UserPassword(u.User.Username(), password)
	return u.String(), password
}
