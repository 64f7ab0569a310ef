package porttest

import (
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func combinationCases() []storeCase {
	return []storeCase{
		{"every combination that a ticket can have comes back when added", combinationsAdded},
		{"every combination that a ticket can have comes back when saved", combinationsSaved},
		{"every combination that a ticket can have comes back when imported", combinationsImported},
		{"a new ticket comes back alone and under a key", newComesBack},
	}
}

func combinationsAdded(t *testing.T, s Stores) {
	for _, ticket := range combinations(t) {
		stored := addLeased(t, s, ticket, 0)
		requireSame(t, ticket.Stored(stored.ID()), read(t, s, stored.ID()))
	}
}

func combinationsSaved(t *testing.T, s Stores) {
	for _, ticket := range combinations(t) {
		stored := add(t, s, noon).Snapshot()
		want := ticket.Snapshot()
		want.ID, want.Version, want.Title, want.Description = stored.ID, stored.Version, stored.Title,
			stored.Description
		changed, err := domain.RestoreTicket(want)
		require.NoError(t, err)
		requireSame(t, save(t, s, changed), read(t, s, stored.ID))
	}
}

func combinationsImported(t *testing.T, s Stores) {
	var batch []ports.ImportedTicket
	for i, ticket := range combinations(t) {
		batch = append(batch, ports.ImportedTicket{Key: strconv.Itoa(i), Ticket: ticket})
	}
	for i, stored := range addImported(t, s, "crm", batch) {
		requireSame(t, batch[i].Ticket.Stored(stored.ID()), read(t, s, stored.ID()))
	}
}

// newComesBack covers the shorter way that a store may have for tickets to which nothing has happened yet.
func newComesBack(t *testing.T, s Stores) {
	ticket := draft(t, noon)
	stored := addLeased(t, s, ticket, 0)
	requireSame(t, ticket.Stored(stored.ID()), read(t, s, stored.ID()))
	once, err := s.AddTicketOnce(t.Context(), ticket, ports.Lease{}, key("", "k"))
	require.NoError(t, err)
	requireSame(t, ticket.Stored(once.ID()), read(t, s, once.ID()))
}

// combinations returns tickets in every state that domain.RestoreTicket accepts.
func combinations(t *testing.T) []domain.Ticket {
	t.Helper()
	var tickets []domain.Ticket
	sure := []float64{0, 1.0 / 3, 0.1 + 0.2, 1}
	for i := range 2 * 3 * 4 * 4 * 5 * 5 {
		pick := func(n int) int { k := i % n; i /= n; return k }
		snapshot := domain.TicketSnapshot{
			ID: 1, Title: "Title", Description: "Description", CreatedAt: noon, Version: 1,
			Status: domain.Statuses()[pick(2)], AIStatus: domain.AIStatuses()[pick(3)],
		}
		if k := pick(4); k < 3 {
			snapshot.Category = domain.Categories()[k]
		}
		if k := pick(4); k < 3 {
			snapshot.Priority = domain.Priorities()[k]
		}
		if k := pick(5); k < 4 {
			snapshot.AIConfidence = &sure[k]
		}
		if k := pick(5); k < 4 {
			snapshot.ClassifiedBy = domain.Sources()[k]
		}
		n := len(tickets)
		snapshot.Round, snapshot.NeedsReview, snapshot.Audit = domain.Round(n%2+1), n%4 == 0, n%5 == 0
		snapshot.UpdatedAt = noon.Add(time.Duration(n) * time.Minute)
		if snapshot.Status == domain.StatusClosed && n%3 > 0 {
			snapshot.ClosedAt = new(noon.Add(time.Duration(n) * time.Second))
		}
		if k := n % 7; k < 2 {
			snapshot.Review = domain.Reviews()[k]
		}
		if ticket, err := domain.RestoreTicket(snapshot); err == nil {
			tickets = append(tickets, ticket)
		}
	}
	require.Greater(t, len(tickets), 100)
	tickets = every(tickets, 3)
	requireEveryField(t, tickets)
	return tickets
}

// requireEveryField fails if a field is empty in all tickets, so that no field of a ticket goes untested. A
// creator has to exist, so users.go looks after them.
func requireEveryField(t *testing.T, tickets []domain.Ticket) {
	t.Helper()
	for field := range reflect.TypeFor[domain.TicketSnapshot]().Fields() {
		set := slices.ContainsFunc(tickets, func(ticket domain.Ticket) bool {
			return !reflect.ValueOf(ticket.Snapshot()).FieldByIndex(field.Index).IsZero()
		})
		require.True(t, set || field.Name == "CreatedBy", field.Name)
	}
}

// every thins a list out; the first and the last stay.
func every(tickets []domain.Ticket, n int) []domain.Ticket {
	var kept []domain.Ticket
	for i, ticket := range tickets {
		if i%n == 0 || i == len(tickets)-1 {
			kept = append(kept, ticket)
		}
	}
	return kept
}

// at returns moments of which many are equal.
func at(i int) time.Time { return noon.Add(time.Duration(i/7) * time.Microsecond) }
