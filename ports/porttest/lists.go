package porttest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

type filter = ports.TicketFilter

func listCases() []storeCase {
	return []storeCase{
		{"an empty store lists nothing", listEmpty},
		{"tickets are listed newest first, then by id", listOrder},
		{"a page says where the next one starts, the last one that there is none", listPages},
		{"tickets that arrive during a walk do not disturb it", listDuringWalk},
		{"an offset past the end is an empty page", listPastEnd},
		{"every filter by cursor and by offset shows what it should, each ticket once", listFilters},
		{"a position may be in any time zone", listAnyZone},
		{"counting stops at the limit and says so", countBounded},
	}
}

func listAnyZone(t *testing.T, s Stores) {
	older, newer := add(t, s, noon), add(t, s, noon.Add(time.Second))
	for _, hours := range []int{-23, 0, 16, 23} {
		at := newer.CreatedAt().In(time.FixedZone("", hours*3600))
		slice, err := s.ListTickets(t.Context(), filter{},
			ports.Page{Limit: 10, After: &ports.Position{CreatedAt: at, ID: int64(newer.ID())}})
		require.NoError(t, err)
		require.Len(t, slice.Items, 1)
		require.Equal(t, older.ID(), slice.Items[0].ID())
	}
}

func listEmpty(t *testing.T, s Stores) {
	slice, err := s.ListTickets(t.Context(), filter{}, ports.Page{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, slice.Items)
	require.Nil(t, slice.Next)
}

func listOrder(t *testing.T, s Stores) {
	old, young := add(t, s, noon), add(t, s, noon.Add(time.Microsecond))
	late := add(t, s, noon) // a higher id, an equal time
	slice, err := s.ListTickets(t.Context(), filter{}, ports.Page{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, []domain.TicketID{young.ID(), late.ID(), old.ID()}, ids(slice.Items))
	for i, want := range []domain.Ticket{young, late, old} {
		requireSame(t, want, slice.Items[i])
	}
}

func listPages(t *testing.T, s Stores) {
	tickets := addMany(t, s, 4)
	first, err := s.ListTickets(t.Context(), filter{}, ports.Page{Limit: 2})
	require.NoError(t, err)
	require.Len(t, first.Items, 2)
	require.Equal(t, &ports.Position{CreatedAt: tickets[2].CreatedAt(), ID: int64(tickets[2].ID())}, first.Next)
	second, err := s.ListTickets(t.Context(), filter{}, ports.Page{Limit: 2, After: first.Next})
	require.NoError(t, err)
	require.Len(t, second.Items, 2)
	require.Nil(t, second.Next)
}

func listDuringWalk(t *testing.T, s Stores) {
	tickets := addMany(t, s, 6)
	slices.Reverse(tickets)
	var seen []domain.Ticket
	for p := (ports.Page{Limit: 2}); ; {
		slice, err := s.ListTickets(t.Context(), filter{}, p)
		require.NoError(t, err)
		seen = append(seen, slice.Items...)
		if p.After = slice.Next; p.After == nil {
			break
		}
		add(t, s, noon.Add(time.Hour))
	}
	require.Equal(t, ids(tickets), ids(seen))
}

func listPastEnd(t *testing.T, s Stores) {
	addMany(t, s, 2)
	for _, offset := range []int{2, 3, 2_147_483_647} {
		slice, err := s.ListTickets(t.Context(), filter{}, ports.Page{Limit: 100, Offset: offset})
		require.NoError(t, err)
		require.Empty(t, slice.Items)
		require.Nil(t, slice.Next)
	}
}

func listFilters(t *testing.T, s Stores) {
	all, creators := variety(t, s)
	dice := rand.New(rand.NewPCG(1, 2))
	for _, f := range filters(creators, dice) {
		want := []domain.TicketID{}
		for _, ticket := range all {
			if matches(f, ticket) {
				want = append(want, ticket.ID())
			}
		}
		what, limit := fmt.Sprintf("%+v", f), 1+dice.IntN(20)
		require.Equal(t, want, ids(walk(t, s, f, limit, byCursor)), what)
		require.Equal(t, want, ids(walk(t, s, f, limit, byOffset)), what)
		n, exact, err := s.CountTickets(t.Context(), f, 1000)
		require.NoError(t, err)
		require.True(t, exact)
		require.Equal(t, len(want), n, what)
	}
}

// variety stores tickets in all states, of two creators and of none, and returns them newest first.
func variety(t *testing.T, s Stores) ([]domain.Ticket, []domain.UserID) {
	t.Helper()
	creators := []domain.UserID{addUser(t, s, "Ann", noon).ID(), addUser(t, s, "Ben", noon.Add(1000)).ID()}
	dice := rand.New(rand.NewPCG(3, 4))
	var all []domain.Ticket
	for i, ticket := range combinations(t) {
		snapshot := ticket.Snapshot()
		snapshot.CreatedAt = at(i)
		if k := dice.IntN(3); k < 2 {
			snapshot.CreatedBy = &creators[k]
		}
		ticket, err := domain.RestoreTicket(snapshot)
		require.NoError(t, err)
		all = append(all, addLeased(t, s, ticket, 0))
	}
	slices.Reverse(all) // at rises, and ids with it
	return all, creators
}

// filters returns every filter by one field, and some by several.
func filters(creators []domain.UserID, dice *rand.Rand) []filter {
	list := []filter{{}}
	for _, c := range domain.Categories() {
		list = append(list, filter{Category: c})
	}
	for _, p := range domain.Priorities() {
		list = append(list, filter{Priority: p})
	}
	for _, st := range domain.Statuses() {
		list = append(list, filter{Status: st})
	}
	for _, st := range domain.AIStatuses() {
		list = append(list, filter{AIStatus: st})
	}
	nobody := domain.UserID(1 << 62)
	list = append(list, filter{CreatedBy: &creators[0]}, filter{CreatedBy: &creators[1]},
		filter{CreatedBy: &nobody})
	pick := func(f func()) {
		if dice.IntN(2) == 0 {
			f()
		}
	}
	for range 40 {
		var f filter
		pick(func() { f.Category = domain.Categories()[dice.IntN(3)] })
		pick(func() { f.Priority = domain.Priorities()[dice.IntN(3)] })
		pick(func() { f.Status = domain.Statuses()[dice.IntN(2)] })
		pick(func() { f.AIStatus = domain.AIStatuses()[dice.IntN(3)] })
		pick(func() { f.CreatedBy = &creators[dice.IntN(2)] })
		list = append(list, f)
	}
	return list
}

func matches(f filter, t domain.Ticket) bool {
	return (f.Category.IsZero() || f.Category == t.Category()) &&
		(f.Priority.IsZero() || f.Priority == t.Priority()) &&
		(f.Status == domain.Status{} || f.Status == t.Status()) &&
		(f.AIStatus == domain.AIStatus{} || f.AIStatus == t.AIStatus()) &&
		(f.CreatedBy == nil || t.Creator() != nil && *f.CreatedBy == *t.Creator())
}

func byCursor(p ports.Page, next *ports.Position) ports.Page {
	return ports.Page{Limit: p.Limit, After: next}
}

func byOffset(p ports.Page, _ *ports.Position) ports.Page {
	return ports.Page{Limit: p.Limit, Offset: p.Offset + p.Limit}
}

// walk reads a list to its end.
func walk(t *testing.T, s Stores, f filter, limit int,
	on func(ports.Page, *ports.Position) ports.Page) []domain.Ticket {
	t.Helper()
	var all []domain.Ticket
	for p := (ports.Page{Limit: limit}); ; {
		slice, err := s.ListTickets(t.Context(), f, p)
		require.NoError(t, err)
		require.LessOrEqual(t, len(slice.Items), limit)
		all = append(all, slice.Items...)
		if slice.Next == nil {
			return all
		}
		p = on(p, slice.Next)
	}
}

func countBounded(t *testing.T, s Stores) {
	addMany(t, s, 5)
	for limit, want := range map[int]struct {
		n     int
		exact bool
	}{4: {4, false}, 5: {5, true}, 6: {5, true}} {
		n, exact, err := s.CountTickets(t.Context(), filter{Status: domain.StatusOpen}, limit)
		require.NoError(t, err)
		require.Equal(t, want.n, n)
		require.Equal(t, want.exact, exact)
	}
}
