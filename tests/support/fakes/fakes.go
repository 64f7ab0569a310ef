// Package fakes holds what the tests of the use cases share: tickets and their record, classifiers, a box of
// dead letters, a meter and a store that fail as a test says.
package fakes

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	// Limit is how long a test waits for what should come soon: many tests share few cores.
	Limit = time.Minute
	Poll  = 5 * time.Millisecond
)

var (
	Clock = ports.ClockFunc(time.Now)
	Quiet = slog.New(slog.DiscardHandler)
)

// Add stores pending tickets that are claimed with a lease, or not without.
func Add(t *testing.T, s ports.TicketAdder, n int, lease ports.Lease) []domain.Ticket {
	t.Helper()
	list := make([]domain.Ticket, n)
	for i := range list {
		title := fmt.Sprintf("Title %d", i)
		fresh, err := domain.NewTicket(title, "Description", nil, domain.Creators{}, time.Now())
		require.NoError(t, err)
		list[i], err = s.AddTicket(t.Context(), fresh, lease)
		require.NoError(t, err)
	}
	return list
}

func AddOne(t *testing.T, s ports.TicketAdder) domain.Ticket {
	t.Helper()
	return Add(t, s, 1, ports.Lease{})[0]
}

func Load(t *testing.T, s ports.TicketReader, id domain.TicketID) domain.Ticket {
	t.Helper()
	found, err := s.Ticket(context.WithoutCancel(t.Context()), id)
	require.NoError(t, err)
	return found
}

// Record gives the entries of a ticket's record, oldest first.
func Record(t *testing.T, s ports.RecordReader, id domain.TicketID) []domain.Classification {
	t.Helper()
	slice, err := s.ListClassifications(t.Context(), id, ports.Page{Limit: 100})
	require.NoError(t, err)
	list := slice.Items
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

func Codes(entries []domain.Classification) []string {
	list := make([]string, len(entries))
	for i, e := range entries {
		list[i] = e.ErrorCode
	}
	return list
}

func Attempts(entries []domain.Classification) []int {
	list := make([]int, len(entries))
	for i, e := range entries {
		list[i] = e.Attempt
	}
	return list
}

// Billing is a right answer.
func Billing() domain.Answer {
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.9), new(0.8), "reason")
	if err != nil {
		panic(err)
	}
	return domain.Answer{Verdict: v, Source: domain.SourceModel, Model: "m"}
}

// Scripted is a classifier that fails as its script says, call by call, and is right afterwards.
type Scripted struct {
	Calls  atomic.Int32
	Script []error
}

func (s *Scripted) Classify(context.Context, domain.Text) (domain.Answer, error) {
	n := int(s.Calls.Add(1))
	if n <= len(s.Script) && s.Script[n-1] != nil {
		return domain.Answer{}, s.Script[n-1]
	}
	return Billing(), nil
}

// Failing always fails with err.
func Failing(err error) *Scripted {
	s := &Scripted{}
	for range 1000 {
		s.Script = append(s.Script, err)
	}
	return s
}

// Graveyard keeps dead letters. The first of its calls fail as errs says.
type Graveyard struct {
	mu      sync.Mutex
	Errs    []error
	letters []ports.DeadLetter
	Gone    []string
}

func (g *Graveyard) Add(_ context.Context, l ports.DeadLetter) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.Errs) > 0 {
		err := g.Errs[0]
		g.Errs = g.Errs[1:]
		return err
	}
	l.ID = fmt.Sprint(len(g.letters) + 1)
	g.letters = append(g.letters, l)
	return nil
}

func (g *Graveyard) Buried() []ports.DeadLetter {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]ports.DeadLetter(nil), g.letters...)
}

func (g *Graveyard) Discard(_ context.Context, ids ...string) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.Gone = append(g.Gone, ids...)
	return len(ids), nil
}

func (g *Graveyard) DeadLetters(context.Context, string, int) ([]ports.DeadLetter, error) {
	return g.Buried(), nil
}

func (g *Graveyard) DeadLetter(context.Context, string) (ports.DeadLetter, error) {
	return ports.DeadLetter{}, ports.ErrNoDeadLetter
}

func Eventually(t *testing.T, why string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, Limit, Poll, why)
}
