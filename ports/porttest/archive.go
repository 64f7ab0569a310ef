package porttest

import (
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

func archiveCases() []storeCase {
	return []storeCase{
		{"an archive is empty but for the last ids", archiveEmpty},
		{"an archive holds users and tickets by their ids, with all that belongs to them", archiveHolds},
		{"all that an archive holds comes back, with its ids", archiveComesBack},
		{"every combination that a ticket can have comes back from an archive", archiveCombinations},
		{"no id of an archive is given again, also of what was deleted before it", archiveLastIDs},
		{"a restored ticket that is pending can be claimed at once", archiveClaimable},
		{"a restored ticket is found by its words", archiveFound},
		{"a store that holds a ticket or a user takes no archive", archiveNotEmpty},
		{"an archive that ends in an error is not stored at all", archiveCutOff},
		{"a reader may break an archive off", archiveBrokenOff},
	}
}

func archive(t *testing.T, s Stores) []ports.Archived {
	t.Helper()
	var list []ports.Archived
	for p, err := range s.Archive(t.Context()) {
		require.NoError(t, err)
		list = append(list, p)
	}
	return list
}

func handedOut(list []ports.Archived, end error) iter.Seq2[ports.Archived, error] {
	return func(yield func(ports.Archived, error) bool) {
		for _, p := range list {
			if !yield(p, nil) {
				return
			}
		}
		if end != nil {
			yield(ports.Archived{}, end)
		}
	}
}

func restore(t *testing.T, s Stores, list []ports.Archived) {
	t.Helper()
	require.NoError(t, s.RestoreArchive(t.Context(), handedOut(list, nil)))
}

// emptied deletes what the archive holds.
func emptied(t *testing.T, s Stores, list []ports.Archived) {
	t.Helper()
	for _, p := range list {
		if p.User != nil {
			require.NoError(t, s.DeleteUser(t.Context(), p.User.ID()))
		}
		if p.Ticket != nil {
			require.NoError(t, s.DeleteTicket(t.Context(), p.Ticket.Ticket.ID(), nil))
		}
	}
}

// furnish stores more than a page of tickets, with users, records and import keys.
func furnish(t *testing.T, s Stores) {
	t.Helper()
	ann := addUser(t, s, "Ann « ¿qué? » 🎫", noon).ID()
	addUser(t, s, "Bob", noon.Add(time.Second))
	batch := imported(t, 600)
	for i := range batch {
		ticket := &batch[i].Ticket
		if i%2 == 0 {
			batch[i].Twin = fmt.Sprintf("text:%d", i)
		}
		switch i % 4 {
		case 1:
			ticket.NoteFailure(1, failure(1))
			require.True(t, ticket.Classify(1, answer(t, 2), domain.ReviewSample{}))
			require.NoError(t, ticket.Confirm("ann's key", noon.Add(time.Hour)))
		case 2:
			owned, err := domain.NewTicket("Title", "Description", &ann, domain.Creators{Requested: &ann}, noon)
			require.NoError(t, err)
			require.True(t, owned.FallBack(1, domain.Attempt{Err: domain.ErrNotClassified, At: noon}))
			owned.Close(noon.Add(time.Minute))
			*ticket = owned
		case 3:
			ticket.Correct(domain.CategoryTechnical, domain.PriorityLow, "", noon)
		}
	}
	addImported(t, s, "crm", batch)
	askedAgain(t, s, decided(t, s, add(t, s, noon)))
}

func archiveEmpty(t *testing.T, s Stores) {
	list := archive(t, s)
	require.Len(t, list, 1)
	require.NotNil(t, list[0].LastIDs)
	restore(t, s, list)
	require.Equal(t, list, archive(t, s))
	require.EqualValues(t, list[0].LastIDs.Tickets+1, add(t, s, noon).ID())
}

func archiveHolds(t *testing.T, s Stores) {
	furnish(t, s)
	list := archive(t, s)
	require.Len(t, list, 1+2+601)
	user, ticket := domain.UserID(0), domain.TicketID(0)
	for _, p := range list[1:] {
		if p.User != nil {
			require.Zero(t, ticket)
			require.Greater(t, p.User.ID(), user)
			user = p.User.ID()
			continue
		}
		require.Greater(t, p.Ticket.Ticket.ID(), ticket)
		ticket = p.Ticket.Ticket.ID()
		requireSame(t, read(t, s, ticket), p.Ticket.Ticket)
		entries := record(t, s, ticket)
		require.Len(t, p.Ticket.Record, len(entries))
		for i, e := range p.Ticket.Record {
			require.Equal(t, entries[len(entries)-1-i], e)
		}
	}
	require.Equal(t, []ports.ImportKey{{Key: "text:2"}, {Source: "crm", Key: "id:2"}}, list[1+2+2].Ticket.Keys)
	require.Equal(t, []ports.ImportKey{{Source: "crm", Key: "id:3"}}, list[1+2+3].Ticket.Keys)
}

func archiveComesBack(t *testing.T, s Stores) {
	furnish(t, s)
	list := archive(t, s)
	emptied(t, s, list)
	restore(t, s, list)
	require.Equal(t, list, archive(t, s))
	require.Empty(t, addImported(t, s, "crm", imported(t, 600)), "they are recognised")
	taken, err := domain.NewUser("Ann", list[1].User.Email(), noon)
	require.NoError(t, err)
	_, err = s.AddUser(t.Context(), taken)
	require.ErrorIs(t, err, domain.ErrEmailTaken)
}

func archiveCombinations(t *testing.T, s Stores) {
	list := []ports.Archived{{LastIDs: &ports.LastIDs{Tickets: 10_000}}}
	for i, ticket := range combinations(t) {
		list = append(list, ports.Archived{
			Ticket: &ports.ArchivedTicket{Ticket: ticket.Stored(domain.TicketID(i + 1))},
		})
	}
	restore(t, s, list)
	for _, p := range list[1:] {
		requireSame(t, p.Ticket.Ticket, read(t, s, p.Ticket.Ticket.ID()))
	}
}

func archiveLastIDs(t *testing.T, s Stores) {
	ann := addUser(t, s, "Ann", noon)
	kept := decided(t, s, add(t, s, noon))
	list := archive(t, s)
	last := *list[0].LastIDs
	require.EqualValues(t, ann.ID(), last.Users)
	require.EqualValues(t, kept.ID(), last.Tickets)
	require.Equal(t, record(t, s, kept.ID())[0].ID, last.Classifications)
	add(t, s, noon)
	last = ports.LastIDs{
		Users: last.Users + 700, Tickets: last.Tickets + 800, Classifications: last.Classifications + 900,
	}
	list[0].LastIDs = &last
	emptied(t, s, archive(t, s))
	restore(t, s, list)
	require.Equal(t, last, *archive(t, s)[0].LastIDs)

	bob := addUser(t, s, "Bob", noon.Add(time.Second))
	require.EqualValues(t, last.Users+1, bob.ID())
	next := decided(t, s, add(t, s, noon))
	require.EqualValues(t, last.Tickets+1, next.ID())
	require.Equal(t, last.Classifications+1, record(t, s, next.ID())[0].ID)

	emptied(t, s, archive(t, s))
	restore(t, s, list)
	later := addUser(t, s, "Bob", noon.Add(time.Second))
	require.Equal(t, bob.ID()+1, later.ID(), "what the store itself has given counts, too")
	require.Equal(t, next.ID()+1, add(t, s, noon).ID())
	requireSame(t, kept, read(t, s, kept.ID()))
	got, err := s.User(t.Context(), ann.ID())
	require.NoError(t, err)
	require.Equal(t, ann, got)
}

func archiveClaimable(t *testing.T, s Stores) {
	ticket := addLeased(t, s, draft(t, noon), long)
	list := archive(t, s)
	emptied(t, s, list)
	restore(t, s, list)
	require.Equal(t, 1, claim(t, s, ticket.ID(), long).Attempt)
}

func archiveFound(t *testing.T, s Stores) {
	stored := addImported(t, s, "crm", imported(t, 12))
	list := archive(t, s)
	emptied(t, s, list)
	restore(t, s, list)
	q, err := search.Parse(`"title 7" quoted -nothing`)
	require.NoError(t, err)
	require.Equal(t, []domain.TicketID{stored[7].ID()}, ids(walk(t, s, filter{Search: q}, 5, byCursor)))
}

func archiveNotEmpty(t *testing.T, s Stores) {
	list := archive(t, s)
	ticket := add(t, s, noon)
	refused := func() *ports.NotEmptyError {
		err := s.RestoreArchive(t.Context(), handedOut(list, nil))
		e, ok := errors.AsType[*ports.NotEmptyError](err)
		require.True(t, ok, "%v", err)
		return e
	}
	require.Equal(t, &ports.NotEmptyError{Tickets: 1}, refused())
	require.NoError(t, s.DeleteTicket(t.Context(), ticket.ID(), nil))
	addUser(t, s, "Ann", noon)
	require.Equal(t, &ports.NotEmptyError{Users: 1}, refused())
}

func archiveCutOff(t *testing.T, s Stores) {
	furnish(t, s)
	list := archive(t, s)
	emptied(t, s, list)
	cut := errors.New("cut off")
	require.ErrorIs(t, s.RestoreArchive(t.Context(), handedOut(list, cut)), cut)
	require.Len(t, archive(t, s), 1)
	twice := append(list, list[len(list)-1])
	require.Error(t, s.RestoreArchive(t.Context(), handedOut(twice, nil)))
	require.Len(t, archive(t, s), 1)
	restore(t, s, list)
	require.Len(t, archive(t, s), len(list))
}

func archiveBrokenOff(t *testing.T, s Stores) {
	furnish(t, s)
	for range 3 {
		n := 0
		for _, err := range s.Archive(t.Context()) {
			require.NoError(t, err)
			if n++; n == 300 {
				break
			}
		}
	}
	add(t, s, noon)
}
