package porttest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/search"
)

func importCases() []storeCase {
	return []storeCase{
		{"a batch is stored in its order, with what was decided about it", importBatch},
		{"a repeated import stores nothing, and a longer one what is new", importAgain},
		{"a key counts within its source only, and once in a batch", importKeys},
		{"a ticket is named by its text too, and the first one keeps the name", importTwins},
		{"a batch whose creator is gone is not stored at all", importCreatorGone},
		{"imports of the same tickets at once store each one once", importsAtOnce},
		{"an imported ticket that is pending can be claimed at once", importClaimable},
		{"an imported ticket is found by its words", importFound},
	}
}

func imported(t *testing.T, n int) []ports.ImportedTicket {
	t.Helper()
	batch := make([]ports.ImportedTicket, n)
	for i := range batch {
		ticket, err := domain.NewTicket(fmt.Sprintf("Title %d « ¿qué? »", i), "\"quoted\"\r\n\ttext \\ 🎫", nil,
			domain.Creators{}, noon)
		require.NoError(t, err)
		batch[i] = ports.ImportedTicket{Key: fmt.Sprintf("id:%d", i), Ticket: ticket}
	}
	return batch
}

func addImported(t *testing.T, s Stores, source string, batch []ports.ImportedTicket) []domain.Ticket {
	t.Helper()
	tickets, err := s.AddImported(t.Context(), source, batch)
	require.NoError(t, err)
	return tickets
}

func importBatch(t *testing.T, s Stores) {
	ann := addUser(t, s, "Ann", noon).ID()
	batch := imported(t, 40)
	for i := range batch {
		if ticket := &batch[i].Ticket; i%3 == 1 {
			ticket.NoteFailure(1, failure(1))
			require.True(
				t,
				ticket.Classify(1, answer(t, 2), domain.ReviewPolicy{Threshold: 0.9, AuditRate: 1}.Sample(0)),
			)
		} else if i%3 == 2 {
			owned, err := domain.NewTicket("Title", "Description", &ann, domain.Creators{Requested: &ann}, noon)
			require.NoError(t, err)
			require.True(t, owned.FallBack(1, domain.Attempt{Err: domain.ErrNotClassified, At: noon}))
			*ticket = owned
		}
	}
	stored := addImported(t, s, "crm", batch)
	require.Len(t, stored, len(batch))
	for i, ticket := range stored {
		requireSame(t, batch[i].Ticket.Stored(ticket.ID()), read(t, s, ticket.ID()))
		entries := record(t, s, ticket.ID())
		require.Len(t, entries, len(batch[i].Ticket.NewEntries()))
		for k, want := range batch[i].Ticket.NewEntries() {
			got := entries[len(entries)-1-k]
			want.ID = got.ID
			require.Equal(t, want, got)
		}
		if i > 0 {
			require.Greater(t, ticket.ID(), stored[i-1].ID())
		}
	}
	later := add(t, s, noon)
	require.Greater(t, later.ID(), stored[len(stored)-1].ID())
}

func importAgain(t *testing.T, s Stores) {
	batch := imported(t, 30)
	first := addImported(t, s, "crm", batch[:20])
	require.Len(t, first, 20)
	require.Empty(t, addImported(t, s, "crm", batch[:20]))
	known, err := s.KnownImports(t.Context(), "crm", []string{"id:19", "id:20", "id:0", "'", ""})
	require.NoError(t, err)
	require.Len(t, known, 2)
	for key, i := range map[string]int{"id:19": 19, "id:0": 0} {
		text := batch[i].Ticket.Text()
		require.Equal(t, ports.KnownImport{
			ID: first[i].ID(), Title: text.Title(), Description: text.Description(),
		}, known[key])
	}
	stored := addImported(t, s, "crm", batch)
	require.Len(t, stored, 10)
	require.Equal(t, batch[20].Ticket.Text(), stored[0].Text())
	require.Len(t, walk(t, s, filter{}, 100, byCursor), 30)
}

func importKeys(t *testing.T, s Stores) {
	batch := imported(t, 2)
	require.Len(t, addImported(t, s, "crm", append(batch, batch[0])), 2)
	require.Len(t, addImported(t, s, "mail", batch), 2)
	require.Empty(t, addImported(t, s, "mail", nil))
	known, err := s.KnownImports(t.Context(), "other", []string{"id:0"})
	require.NoError(t, err)
	require.Empty(t, known)
}

func importTwins(t *testing.T, s Stores) {
	batch := imported(t, 3)
	batch[0].Twin, batch[1].Twin = "text:a", "text:a"
	first := addImported(t, s, "crm", batch)
	require.Len(t, first, 3)
	batch[2].Twin = "text:b"
	second := addImported(t, s, "mail", batch)
	require.Len(t, second, 3, "a name that is taken keeps no ticket out")
	require.Empty(t, addImported(t, s, "mail", batch))
	known, err := s.KnownImports(t.Context(), ports.AnySource, []string{"text:a", "text:b", "text:c", "id:0"})
	require.NoError(t, err)
	require.Len(t, known, 2)
	require.Equal(t, first[0].ID(), known["text:a"].ID)
	require.Equal(t, second[2].ID(), known["text:b"].ID)
}

func importCreatorGone(t *testing.T, s Stores) {
	ann := addUser(t, s, "Ann", noon).ID()
	require.NoError(t, s.DeleteUser(t.Context(), ann))
	batch := imported(t, 3)
	owned, err := domain.NewTicket("Title", "Description", &ann, domain.Creators{Requested: &ann}, noon)
	require.NoError(t, err)
	batch[1].Ticket = owned
	_, err = s.AddImported(t.Context(), "crm", batch)
	require.ErrorIs(t, err, domain.ErrCreatorGone)
	require.Empty(t, walk(t, s, filter{}, 100, byCursor))
	require.Len(t, addImported(t, s, "crm", imported(t, 3)), 3, "nor are the keys")
}

func importsAtOnce(t *testing.T, s Stores) {
	batch := imported(t, 50)
	var wg sync.WaitGroup
	added := make([]int, 4)
	errs := make([]error, len(added))
	for i := range added {
		wg.Go(func() {
			for from := 0; from < len(batch); from += 10 {
				stored, err := s.AddImported(t.Context(), "crm", batch[from:from+10])
				added[i] += len(stored)
				if err != nil {
					errs[i] = err
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for i, n := range added {
		require.NoError(t, errs[i])
		total += n
	}
	require.Equal(t, len(batch), total)
	require.Len(t, walk(t, s, filter{}, 100, byCursor), len(batch))
}

func importClaimable(t *testing.T, s Stores) {
	stored := addImported(t, s, "crm", imported(t, 1))
	require.Equal(t, 1, claim(t, s, stored[0].ID(), long).Attempt)
}

func importFound(t *testing.T, s Stores) {
	stored := addImported(t, s, "crm", imported(t, 12))
	q, err := search.Parse(`"title 7" quoted -nothing`)
	require.NoError(t, err)
	require.Equal(t, []domain.TicketID{stored[7].ID()}, ids(walk(t, s, filter{Search: q}, 5, byCursor)))
}
