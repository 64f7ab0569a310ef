// Package porttest is the contract of the ports as tests: every store passes the same cases. Only tests
// import it.
package porttest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

// Stores is one store for both tickets and users, since tickets refer to users.
type Stores interface {
	ports.TicketStore
	ports.UserStore
	ports.EventStore
	ports.DeliveryStore
}

// Factory returns a fresh, empty store that is closed at the end of t.
type Factory func(t *testing.T) Stores

// TicketStore checks all that a ports.TicketStore promises.
func TicketStore(t *testing.T, fresh Factory) {
	for _, cases := range [][]storeCase{
		ticketCases(), combinationCases(), saveCases(), raceCases(), listCases(), recordCases(), claimCases(),
		releaseCases(), roundEndCases(), dueCases(), healCases(), lostCases(), contextCases(), keyCases(),
		throttleCases(), reviewCases(), statsCases(), importCases(), searchCases(), searchListCases(),
		labelledCases(), backlogCases(), concurrentCases(), unknownCases(), deletionCases(), purgeCases(),
		archiveCases(), claimerCases(),
	} {
		run(t, fresh, cases)
	}
}

// EventStore checks all that a ports.EventStore promises.
func EventStore(t *testing.T, fresh Factory) { run(t, fresh, eventCases()) }

// UserStore checks all that a ports.UserStore promises.
func UserStore(t *testing.T, fresh Factory) {
	run(t, fresh, userCases())
	run(t, fresh, creatorCases())
}

type storeCase struct {
	name  string
	check func(t *testing.T, s Stores)
}

func run(t *testing.T, fresh Factory, cases []storeCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t, fresh(t))
		})
	}
}

// Durations on the store's clock: short passes soon, long outlasts the test.
const (
	short = 150 * time.Millisecond
	long  = time.Hour
	soon  = 10 * time.Second
	tick  = 10 * time.Millisecond
)

// noon has microseconds, so that a store that keeps less is noticed.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 123456000, time.UTC)

func draft(t *testing.T, at time.Time) domain.Ticket {
	t.Helper()
	ticket, err := domain.NewTicket("Card charged twice", "I paid once.", nil, domain.Creators{}, at)
	require.NoError(t, err)
	return ticket
}

func add(t *testing.T, s Stores, at time.Time) domain.Ticket {
	t.Helper()
	return addLeased(t, s, draft(t, at), 0)
}

func addLeased(t *testing.T, s Stores, ticket domain.Ticket, lease time.Duration) domain.Ticket {
	t.Helper()
	stored, err := s.AddTicket(t.Context(), ticket, ports.Lease{Time: lease})
	require.NoError(t, err)
	return stored
}

// addMany adds tickets a second apart, oldest first.
func addMany(t *testing.T, s Stores, n int) []domain.Ticket {
	t.Helper()
	tickets := make([]domain.Ticket, n)
	for i := range tickets {
		tickets[i] = add(t, s, noon.Add(time.Duration(i)*time.Second))
	}
	return tickets
}

func addUser(t *testing.T, s Stores, name string, at time.Time) domain.User {
	t.Helper()
	u, err := domain.NewUser(name, fmt.Sprintf("%s.%d@example.com", "user", at.UnixNano()), at)
	require.NoError(t, err)
	u, err = s.AddUser(t.Context(), u)
	require.NoError(t, err)
	return u
}

func read(t *testing.T, s Stores, id domain.TicketID) domain.Ticket {
	t.Helper()
	ticket, err := s.Ticket(t.Context(), id)
	require.NoError(t, err)
	return ticket
}

func save(t *testing.T, s Stores, ticket domain.Ticket) domain.Ticket {
	t.Helper()
	require.NoError(t, s.SaveTicket(t.Context(), ticket))
	return ticket.Saved()
}

func record(t *testing.T, s Stores, id domain.TicketID) []domain.Classification {
	t.Helper()
	slice, err := s.ListClassifications(t.Context(), id, ports.Page{Limit: 100})
	require.NoError(t, err)
	return slice.Items
}

// answer is a paid call that succeeds.
func answer(t *testing.T, n int) domain.Attempt {
	t.Helper()
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.1+0.2), new(0.75),
		"a charge is disputed – « ¿qué? »")
	require.NoError(t, err)
	return domain.Attempt{
		Number: n, Latency: 812345 * time.Microsecond, At: noon.Add(time.Duration(n) * time.Minute),
		Answer: domain.Answer{
			Verdict: v, Source: domain.SourceModel, Model: "gpt-4o-mini", PromptVersion: "p1", InputTokens: 321,
			OutputTokens: 45,
		},
	}
}

// failure is a call that fails.
func failure(n int) domain.Attempt {
	return domain.Attempt{
		Number: n, Latency: 3 * time.Second, At: noon.Add(time.Duration(n) * time.Minute), Err: domain.ErrBadAnswer,
		Answer: domain.Answer{
			Source: domain.SourceModel, Model: "gpt-4o-mini", PromptVersion: "p1", InputTokens: 321,
		},
	}
}

// decided ends the ticket's round and saves the ticket.
func decided(t *testing.T, s Stores, ticket domain.Ticket) domain.Ticket {
	t.Helper()
	require.True(t, ticket.Classify(ticket.Round(), answer(t, 1), domain.ReviewSample{}))
	return save(t, s, ticket)
}

// askedAgain starts a new round and saves the ticket.
func askedAgain(t *testing.T, s Stores, ticket domain.Ticket) domain.Ticket {
	t.Helper()
	require.True(t, ticket.RequestClassification(noon))
	return save(t, s, ticket)
}

func requireSame(t *testing.T, want, got domain.Ticket) {
	t.Helper()
	require.Equal(t, want.Snapshot(), got.Snapshot())
}

func ids(tickets []domain.Ticket) []domain.TicketID {
	list := make([]domain.TicketID, len(tickets))
	for i, t := range tickets {
		list[i] = t.ID()
	}
	return list
}
