package stores

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/tests/support/testenv"
)

// inTurn is nil where each test has a database of its own.
var inTurn *pool

// pool keeps stores with their connections.
type pool struct {
	mu   sync.Mutex
	free []*kept
	ends []func() error
}

type kept struct {
	store *postgres.Store
	admin *sql.DB
}

// Main runs the tests of a package that use few databases of PostgreSQL, each by one test at a time: emptying
// one is far faster than making one.
func Main(m *testing.M) {
	inTurn = &pool{}
	status := m.Run()
	if err := inTurn.end(); err != nil {
		fmt.Fprintln(os.Stderr, "clean up after the tests:", err)
		status = 1
	}
	os.Exit(status)
}

func (p *pool) take(t *testing.T) Store {
	t.Helper()
	k := p.next()
	if k == nil {
		k = p.more(t)
	}
	t.Cleanup(func() {
		Empty(t, k.admin)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.free = append(p.free, k)
	})
	return k.store
}

func (p *pool) next() *kept {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) == 0 {
		return nil
	}
	k := p.free[0]
	p.free = p.free[1:]
	return k
}

func (p *pool) more(t *testing.T) *kept {
	t.Helper()
	dsn, drop, err := testenv.LastingPostgres()
	require.NoError(t, err)
	p.later(drop)
	s, err := postgres.Open(context.WithoutCancel(t.Context()), dsn, options)
	require.NoError(t, err)
	p.later(s.Close)
	migrate(t, s)
	admin, err := sql.Open("postgres", dsn)
	require.NoError(t, err)
	p.later(admin.Close)
	return &kept{s, admin}
}

// later has do called at the end, before what came earlier.
func (p *pool) later(do func() error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ends = append(p.ends, do)
}

func (p *pool) end() (err error) {
	for i := len(p.ends) - 1; i >= 0; i-- {
		err = errors.Join(err, p.ends[i]())
	}
	return err
}

// Empty leaves a database of PostgreSQL as its migrations made it.
func Empty(t *testing.T, db *sql.DB) {
	t.Helper()
	for _, statements := range []string{
		`DELETE FROM tickets; DELETE FROM ticket_words_new; DELETE FROM users; DELETE FROM events;
		DELETE FROM webhooks; DELETE FROM claimers;
		SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences`,
		`VACUUM tickets, ticket_words, ticket_words_new`, // searches would go through all that was
	} {
		_, err := db.ExecContext(context.WithoutCancel(t.Context()), statements)
		require.NoError(t, err)
	}
}
