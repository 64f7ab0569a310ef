package porttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func recordCases() []storeCase {
	return []storeCase{
		{"the record of a ticket that does not exist is not found", recordAbsent},
		{"the record of a new ticket is empty", recordEmpty},
		{"every kind of entry comes back as it was noted", recordComesBack},
		{"the record is listed newest first, by cursor and by offset", recordPages},
		{"a page from a microsecond after an entry begins with the entries of its moment", recordFromAMoment},
		{"a ticket shows its own record only", recordOfItsOwn},
		{"what a model is called may be any text", recordHostileNames},
	}
}

func recordAbsent(t *testing.T, s Stores) {
	_, err := s.ListClassifications(t.Context(), 1, ports.Page{Limit: 10})
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
}

func recordEmpty(t *testing.T, s Stores) {
	slice, err := s.ListClassifications(t.Context(), add(t, s, noon).ID(), ports.Page{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, slice.Items)
	require.Nil(t, slice.Next)
}

func recordComesBack(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	bare := domain.Attempt{
		Number: 3, Err: domain.ErrAttemptsSpent, At: noon.Add(3*time.Minute + 1*time.Microsecond),
	}
	ticket.NoteFailure(1, failure(1))
	ticket.NoteFailure(1, bare)
	require.True(t, ticket.Classify(1, answer(t, 4), domain.ReviewSample{}))
	ticket.Correct(domain.CategoryTechnical, domain.Priority{}, "help'desk", noon.Add(5*time.Minute))
	require.NoError(t, ticket.Confirm("", noon.Add(6*time.Minute)))
	want := ticket.NewEntries()
	save(t, s, ticket)
	got := record(t, s, ticket.ID())
	require.Len(t, got, len(want))
	for i, e := range want {
		e.ID = got[len(got)-1-i].ID
		require.Equal(t, e, got[len(got)-1-i])
	}
}

func recordPages(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	for n := range 7 {
		late := failure(n + 1)
		late.At = noon.Add(time.Duration(n/3) * time.Microsecond)
		ticket.NoteFailure(1, late)
	}
	save(t, s, ticket)
	want := record(t, s, ticket.ID())
	require.Len(t, want, 7)
	for _, on := range []func(ports.Page, *ports.Position) ports.Page{byCursor, byOffset} {
		var seen []domain.Classification
		for p := (ports.Page{Limit: 2}); ; {
			slice, err := s.ListClassifications(t.Context(), ticket.ID(), p)
			require.NoError(t, err)
			seen = append(seen, slice.Items...)
			if slice.Next == nil {
				break
			}
			p = on(p, slice.Next)
		}
		require.Equal(t, want, seen)
	}
	for i, e := range want {
		require.Equal(t, 7-i, e.Attempt)
	}
}

func recordFromAMoment(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	for n, after := range []int{0, 1, 1, 2} {
		call := failure(n + 1)
		call.At = noon.Add(time.Duration(after) * time.Microsecond)
		ticket.NoteFailure(1, call)
	}
	save(t, s, ticket)
	page := ports.Page{Limit: 10, After: &ports.Position{CreatedAt: noon.Add(2 * time.Microsecond)}}
	slice, err := s.ListClassifications(t.Context(), ticket.ID(), page)
	require.NoError(t, err)
	require.Equal(t, record(t, s, ticket.ID())[1:], slice.Items)
}

func recordOfItsOwn(t *testing.T, s Stores) {
	mine, other := add(t, s, noon), add(t, s, noon)
	decided(t, s, other)
	require.Empty(t, record(t, s, mine.ID()))
	require.Len(t, record(t, s, other.ID()), 1)
}

func recordHostileNames(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	call := answer(t, 1)
	call.Answer.Model = "bad\x00name\xff\u2028\"'"
	require.True(t, ticket.Classify(1, call, domain.ReviewSample{}))
	save(t, s, ticket)
	require.Contains(t, record(t, s, ticket.ID())[0].Model, "bad")
}
