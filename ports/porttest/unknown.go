package porttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

func unknownCases() []storeCase {
	return []storeCase{
		{"a confidence that nobody knows comes back as none, and a known one of 0 as 0", unknownIsNotNought},
		{"the next verdict leaves nothing of a confidence that nobody knew", unknownIsOver},
		{"a ticket that waits for another verdict keeps a confidence that nobody knows", unknownWaits},
		{"of many saves at once each keeps what is known of its confidences", manyUnknown},
		{"an imported verdict keeps what is known of its confidences", unknownImported},
	}
}

// figures are the pairs of confidences that a verdict may have.
var figures = [][2]*float64{
	{nil, nil}, {new(0.0), nil}, {nil, new(0.0)}, {new(0.0), new(0.0)}, {new(0.25), nil}, {nil, new(1.0)},
	{new(1.0), new(0.0001)},
}

// confided is an answer with the given confidences.
func confided(t *testing.T, n int, by domain.Source, confidence, priority *float64) domain.Attempt {
	t.Helper()
	call := answer(t, n)
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, confidence, priority, "")
	require.NoError(t, err)
	call.Answer.Verdict, call.Answer.Source = v, by
	return call
}

// requireConfided compares the ticket and the newest entry of its record.
func requireConfided(t *testing.T, s Stores, id domain.TicketID, want [2]*float64) {
	t.Helper()
	require.Equal(t, want[0], read(t, s, id).AIConfidence())
	newest := record(t, s, id)[0]
	require.Equal(t, want, [2]*float64{newest.Confidence, newest.PriorityConfidence})
}

func unknownIsNotNought(t *testing.T, s Stores) {
	for _, by := range []domain.Source{domain.SourceModel, domain.SourceLocal} {
		for _, want := range figures {
			ticket := add(t, s, noon)
			require.True(
				t,
				ticket.Classify(1, confided(t, 1, by, want[0], want[1]), domain.ReviewPolicy{}.Sample(0.5)),
			)
			save(t, s, ticket)
			requireConfided(t, s, ticket.ID(), want)
			listed := walk(t, s, filter{NeedsReview: new(want[0] == nil)}, 100, byCursor)
			require.Contains(t, ids(listed), ticket.ID(),
				"what nobody knows is for a person to look at, whatever the threshold")
			for _, other := range listed {
				require.Equal(t, want[0] == nil, other.AIConfidence() == nil)
			}
		}
	}
}

func unknownIsOver(t *testing.T, s Stores) {
	for name, next := range map[string]func(*domain.Ticket){
		"a known confidence": func(k *domain.Ticket) {
			k.Classify(2, confided(t, 2, domain.SourceModel, new(0.5), nil), domain.ReviewSample{})
		},
		"one of 0": func(k *domain.Ticket) {
			k.Classify(2, confided(t, 2, domain.SourceLocal, new(0.0), nil), domain.ReviewSample{})
		},
		"an unknown one": func(k *domain.Ticket) {
			k.Classify(2, confided(t, 2, domain.SourceLocal, nil, new(0.0)), domain.ReviewSample{})
		},
		"a failure": func(k *domain.Ticket) { k.FallBack(2, failure(2)) },
		"a person": func(k *domain.Ticket) {
			k.Correct(domain.CategoryGeneral, domain.Priority{}, "", noon.Add(time.Hour))
		},
	} {
		ticket := add(t, s, noon)
		require.True(t, ticket.Classify(1, confided(t, 1, domain.SourceModel, nil, nil), domain.ReviewSample{}))
		ticket = askedAgain(t, s, save(t, s, ticket))
		next(&ticket)
		want := ticket.NewEntries()[0]
		requireSame(t, save(t, s, ticket), read(t, s, ticket.ID()))
		got := record(t, s, ticket.ID())
		want.ID = got[0].ID
		require.Equal(t, want, got[0], name)
		require.Nil(t, got[1].Confidence, "the record is not changed")
	}
}

func unknownWaits(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	require.True(t, ticket.Classify(1, confided(t, 1, domain.SourceModel, nil, nil), domain.ReviewSample{}))
	ticket = askedAgain(t, s, save(t, s, ticket))
	require.Nil(t, read(t, s, ticket.ID()).AIConfidence())
	claimed := claim(t, s, ticket.ID(), long).Ticket
	requireSame(t, ticket, claimed)
	require.True(t, claimed.FallBack(2, failure(1)))
	save(t, s, claimed)
	kept := read(t, s, ticket.ID())
	require.Equal(t, domain.AIStatusDone, kept.AIStatus(), "the verdict that it had")
	require.Nil(t, kept.AIConfidence())
}

func manyUnknown(t *testing.T, s Stores) {
	tickets := addMany(t, s, crowd)
	for i := range tickets {
		want := figures[i%len(figures)]
		require.True(
			t,
			tickets[i].Classify(1, confided(t, 1, domain.SourceModel, want[0], want[1]), domain.ReviewSample{}),
		)
	}
	together(t, crowd, func(i int) error { return s.SaveTicket(t.Context(), tickets[i]) })
	for i := range tickets {
		requireConfided(t, s, tickets[i].ID(), figures[i%len(figures)])
	}
}

func unknownImported(t *testing.T, s Stores) {
	batch := imported(t, len(figures))
	for i, want := range figures {
		require.True(
			t,
			batch[i].Ticket.Classify(1, confided(t, 1, domain.SourceModel, want[0], want[1]), domain.ReviewSample{}),
		)
	}
	stored := addImported(t, s, "crm", batch)
	require.Len(t, stored, len(figures))
	for i, ticket := range stored {
		requireConfided(t, s, ticket.ID(), figures[i])
	}
}
