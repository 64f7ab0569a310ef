package porttest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func searchListCases() []storeCase {
	return []storeCase{
		{"searches among generated tickets agree with reading all of them", searchAgrees},
		{"a search shows a new ticket at once, and each ticket once while they are indexed", searchWhileIndexed},
		{"tickets with a record or a key and imported ones are found too", searchOtherDoors},
		{"a search counts up to the limit", searchCounts},
	}
}

// vocabulary is small, so that generated phrases occur.
var vocabulary = strings.Fields("card charge refund login error app slow invoice twice please")

func generated(dice *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		// the first words come more often
		words[i] = vocabulary[min(dice.IntN(len(vocabulary)), dice.IntN(len(vocabulary)))]
	}
	return words
}

// wanted is a query whose meaning is known without parsing it.
type wanted struct {
	required, excluded [][]string
}

func generatedQuery(dice *rand.Rand) wanted {
	var w wanted
	for range 1 + dice.IntN(3) {
		phrase := generated(dice, 1+dice.IntN(5)/2)
		if dice.IntN(3) == 0 {
			w.excluded = append(w.excluded, phrase)
		} else {
			w.required = append(w.required, phrase)
		}
	}
	return w
}

func (w wanted) String() string {
	var terms []string
	for _, p := range w.required {
		terms = append(terms, `"`+strings.Join(p, " ")+`"`)
	}
	for _, p := range w.excluded {
		terms = append(terms, `-"`+strings.Join(p, " ")+`"`)
	}
	return strings.Join(terms, " ")
}

func (w wanted) matches(t domain.Text) bool {
	says := func(phrase []string) bool {
		return follow(strings.Fields(t.Title()), phrase) || follow(strings.Fields(t.Description()), phrase)
	}
	return !slices.ContainsFunc(w.required, func(p []string) bool {
		return !says(p)
	}) && !slices.ContainsFunc(w.excluded, says)
}

func follow(words, phrase []string) bool {
	for i := range len(words) - len(phrase) + 1 {
		if slices.Equal(words[i:i+len(phrase)], phrase) {
			return true
		}
	}
	return false
}

func searchAgrees(t *testing.T, s Stores) {
	dice := rand.New(rand.NewPCG(5, 6))
	states := combinations(t)
	var all []domain.Ticket
	for i := range 300 {
		snapshot := states[dice.IntN(len(states))].Snapshot()
		snapshot.Title, snapshot.Description = strings.Join(generated(dice, 1+dice.IntN(4)), " "),
			strings.Join(generated(dice, 1+dice.IntN(12)), " ")
		snapshot.CreatedAt = at(i)
		ticket, err := domain.RestoreTicket(snapshot)
		require.NoError(t, err)
		all = append(all, addLeased(t, s, ticket, 0))
		if i == 200 {
			indexAll(t, s)
		}
	}
	slices.Reverse(all)
	for i := range 120 {
		query := generatedQuery(dice)
		f := searching(t, query.String())
		if i%2 == 1 {
			f = narrowed(f, dice)
		}
		want := []domain.TicketID{}
		for _, ticket := range all {
			if matches(f, ticket) && query.matches(ticket.Text()) {
				want = append(want, ticket.ID())
			}
		}
		what, limit := fmt.Sprintf("%s in %+v", query, f), 4+dice.IntN(20)
		require.Equal(t, want, ids(walk(t, s, f, limit, byCursor)), what)
		require.Equal(t, want, ids(walk(t, s, f, limit, byOffset)), what)
		n, exact, err := s.CountTickets(t.Context(), f, 1000)
		require.NoError(t, err)
		require.True(t, exact)
		require.Equal(t, len(want), n, what)
	}
}

func narrowed(f filter, dice *rand.Rand) filter {
	f.Status = domain.Statuses()[dice.IntN(2)]
	if dice.IntN(2) == 0 {
		f.Category = domain.Categories()[dice.IntN(3)]
	}
	if dice.IntN(2) == 0 {
		f.AIStatus = domain.AIStatuses()[dice.IntN(3)]
	}
	return f
}

func searchWhileIndexed(t *testing.T, s Stores) {
	var want []domain.TicketID
	f := searching(t, "charged")
	for range 6 {
		for _, ticket := range addMany(t, s, 20) {
			want = append(want, ticket.ID())
		}
		var indexers sync.WaitGroup
		for range 2 {
			indexers.Go(func() {
				for range 4 {
					_, err := s.IndexNew(t.Context(), 3)
					assert.NoError(t, err)
				}
			})
		}
		require.ElementsMatch(t, want, ids(walk(t, s, f, 40, byCursor)))
		indexers.Wait()
		require.ElementsMatch(t, want, ids(walk(t, s, f, 7, byCursor)))
	}
	indexAll(t, s)
	require.ElementsMatch(t, want, ids(walk(t, s, f, 7, byOffset)))
}

func searchOtherDoors(t *testing.T, s Stores) {
	classified := draft(t, noon.Add(time.Second))
	require.True(t, classified.Classify(classified.Round(), answer(t, 1), domain.ReviewSample{}))
	withRecord := addLeased(t, s, classified, 0)
	withKey, err := s.AddTicketOnce(t.Context(), draft(t, noon), ports.Lease{},
		ports.IdempotencyKey{Key: "k", Fingerprint: "f"})
	require.NoError(t, err)
	key := ports.IdempotencyKey{Key: "k", Fingerprint: "f"}
	_, err = s.AddTicketOnce(t.Context(), draft(t, noon), ports.Lease{}, key)
	require.ErrorIs(t, err, ports.ErrKeyTaken)
	imported, err := s.AddImported(t.Context(), "crm",
		[]ports.ImportedTicket{{Key: "1", Ticket: draft(t, noon)}})
	require.NoError(t, err)
	want := []domain.TicketID{withRecord.ID(), imported[0].ID(), withKey.ID()}
	require.Equal(t, want, ids(walk(t, s, searching(t, "card"), 5, byCursor)))
	indexAll(t, s)
	decided(t, s, withKey)
	require.Equal(t, want, ids(walk(t, s, searching(t, "card"), 5, byCursor)))
	require.Empty(t, walk(t, s, searching(t, "-card"), 5, byCursor))
}

func searchCounts(t *testing.T, s Stores) {
	addMany(t, s, 5)
	indexAll(t, s)
	addMany(t, s, 4)
	for limit, want := range map[int]struct {
		n     int
		exact bool
	}{3: {3, false}, 8: {8, false}, 9: {9, true}, 10: {9, true}} {
		n, exact, err := s.CountTickets(t.Context(), searching(t, "twice"), limit)
		require.NoError(t, err)
		require.Equal(t, want.n, n)
		require.Equal(t, want.exact, exact)
	}
}
