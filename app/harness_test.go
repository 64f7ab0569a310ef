package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/domain"
	"ticketd/migrations"
	"ticketd/ports"
)

const (
	// limit is how long a test waits for what should come soon: many tests share few cores.
	limit = time.Minute
	poll  = 5 * time.Millisecond
)

var (
	clock = ports.ClockFunc(time.Now)
	quiet = slog.New(slog.DiscardHandler)
)

func newStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.InMemory)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m, err := migrations.SQLite(s.Connector(), s.Path(), quiet)
	require.NoError(t, err)
	require.NoError(t, m.Up(t.Context()))
	return s
}

// add stores pending tickets that are claimed for lease, or not if it is 0.
func add(t *testing.T, s ports.TicketAdder, n int, lease time.Duration) []domain.Ticket {
	t.Helper()
	list := make([]domain.Ticket, n)
	for i := range list {
		fresh, err := domain.NewTicket(fmt.Sprintf("Title %d", i), "Description", nil, domain.Creators{}, time.Now())
		require.NoError(t, err)
		list[i], err = s.AddTicket(t.Context(), fresh, lease)
		require.NoError(t, err)
	}
	return list
}

func addOne(t *testing.T, s ports.TicketAdder) domain.Ticket {
	t.Helper()
	return add(t, s, 1, 0)[0]
}

func load(t *testing.T, s ports.TicketReader, id domain.TicketID) domain.Ticket {
	t.Helper()
	found, err := s.Ticket(context.WithoutCancel(t.Context()), id)
	require.NoError(t, err)
	return found
}

// record gives the entries of a ticket's record, oldest first.
func record(t *testing.T, s ports.RecordReader, id domain.TicketID) []domain.Classification {
	t.Helper()
	slice, err := s.ListClassifications(t.Context(), id, ports.Page{Limit: 100})
	require.NoError(t, err)
	list := slice.Items
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

func codes(entries []domain.Classification) []string {
	list := make([]string, len(entries))
	for i, e := range entries {
		list[i] = e.ErrorCode
	}
	return list
}

func attempts(entries []domain.Classification) []int {
	list := make([]int, len(entries))
	for i, e := range entries {
		list[i] = e.Attempt
	}
	return list
}

// billing is a right answer.
func billing() domain.Answer {
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.9), new(0.8), "reason")
	if err != nil {
		panic(err)
	}
	return domain.Answer{Verdict: v, Source: domain.SourceModel, Model: "m"}
}

// scripted is a classifier that fails as its script says, call by call, and is right afterwards.
type scripted struct {
	calls  atomic.Int32
	script []error
}

func (s *scripted) Classify(context.Context, domain.Text) (domain.Answer, error) {
	n := int(s.calls.Add(1))
	if n <= len(s.script) && s.script[n-1] != nil {
		return domain.Answer{}, s.script[n-1]
	}
	return billing(), nil
}

// failing always fails with err.
func failing(err error) *scripted {
	s := &scripted{}
	for range 1000 {
		s.script = append(s.script, err)
	}
	return s
}

// graveyard keeps dead letters. The first of its calls fail as errs says.
type graveyard struct {
	mu      sync.Mutex
	errs    []error
	letters []ports.DeadLetter
	gone    []string
}

func (g *graveyard) Add(_ context.Context, l ports.DeadLetter) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.errs) > 0 {
		err := g.errs[0]
		g.errs = g.errs[1:]
		return err
	}
	l.ID = fmt.Sprint(len(g.letters) + 1)
	g.letters = append(g.letters, l)
	return nil
}

func (g *graveyard) buried() []ports.DeadLetter {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]ports.DeadLetter(nil), g.letters...)
}

func (g *graveyard) Discard(_ context.Context, id string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gone = append(g.gone, id)
	return nil
}

func (g *graveyard) DeadLetters(context.Context, string, int) ([]ports.DeadLetter, error) {
	return g.buried(), nil
}

func (g *graveyard) DeadLetter(context.Context, string) (ports.DeadLetter, error) {
	return ports.DeadLetter{}, ports.ErrNoDeadLetter
}

func eventually(t *testing.T, why string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, limit, poll, why)
}
