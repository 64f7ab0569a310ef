package porttest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func labelledCases() []storeCase {
	return []storeCase{
		{"an empty store has no labelled tickets", labelledEmpty},
		{"only what a person decided counts, with the labels they left", labelledByPeople},
		{"a new verdict takes a ticket out until a person looks again", labelledAskedAgain},
		{"labelled tickets of many pages come once each, by ascending id", labelledPages},
		{"after whatever history the labelled tickets are the reviewed ones", labelledHistories},
		{"who takes labelled tickets can use the store and stop early", labelledMeanwhile},
		{"an ended context ends the labelled tickets with an error", labelledCancelled},
	}
}

func labelled(t *testing.T, s Stores) []ports.LabelledTicket {
	t.Helper()
	var list []ports.LabelledTicket
	for l, err := range s.LabelledTickets(t.Context()) {
		require.NoError(t, err)
		list = append(list, l)
	}
	return list
}

// expected returns the ticket as a labelled one.
func expected(ticket domain.Ticket) ports.LabelledTicket {
	return ports.LabelledTicket{
		ID: fmt.Sprint(ticket.ID()), Text: ticket.Text(), Category: ticket.Category(), Priority: ticket.Priority(),
	}
}

func labelledEmpty(t *testing.T, s Stores) {
	require.Empty(t, labelled(t, s))
	add(t, s, noon)
	require.Empty(t, labelled(t, s))
}

func labelledByPeople(t *testing.T, s Stores) {
	untouched := func() domain.Ticket { return decided(t, s, add(t, s, noon)) }
	untouched()
	corrected := untouched()
	corrected.Correct(domain.CategoryTechnical, domain.PriorityLow, "", noon)
	corrected = save(t, s, corrected)
	confirmed := untouched()
	require.NoError(t, confirmed.Confirm("", noon))
	confirmed.Close(noon)
	confirmed = save(t, s, confirmed)
	partly := untouched()
	partly.Correct(domain.Category{}, domain.PriorityLow, "", noon)
	partly = save(t, s, partly)
	fallen := add(t, s, noon)
	require.True(t, fallen.FallBack(1, failure(1)))
	save(t, s, fallen)
	waiting := add(t, s, noon)
	waiting.Correct(domain.CategoryGeneral, domain.PriorityHigh, "", noon)
	waiting = save(t, s, waiting)

	got := labelled(t, s)
	require.Equal(t, []ports.LabelledTicket{
		expected(corrected), expected(confirmed), expected(partly), expected(waiting),
	}, got)
	require.Equal(t, domain.CategoryTechnical, got[0].Category)
	require.Equal(t, domain.CategoryBilling, got[1].Category, "the machine's, which the person found right")
	require.Equal(t, domain.PriorityHigh, got[1].Priority)
	require.Equal(t, [2]string{"billing", "low"}, [2]string{got[2].Category.String(), got[2].Priority.String()})
}

func labelledAskedAgain(t *testing.T, s Stores) {
	ticket := decided(t, s, add(t, s, noon))
	ticket.Correct(domain.CategoryTechnical, domain.PriorityLow, "", noon)
	ticket = askedAgain(t, s, save(t, s, ticket))
	require.Equal(t, []ports.LabelledTicket{expected(ticket)}, labelled(t, s),
		"the person's word holds until the answer comes")
	ticket = decided(t, s, ticket)
	require.Empty(t, labelled(t, s))
	require.NoError(t, ticket.Confirm("", noon))
	require.Equal(t, []ports.LabelledTicket{expected(save(t, s, ticket))}, labelled(t, s))
}

func labelledPages(t *testing.T, s Stores) {
	const n = 1100 // more than two pages
	batch := imported(t, n)
	for i := range batch {
		if i%10 != 0 {
			batch[i].Ticket.Correct(domain.Categories()[i%3], domain.Priorities()[i%2], "", noon)
		}
	}
	var want []ports.LabelledTicket
	for i, ticket := range addImported(t, s, "many", batch) {
		if i%10 != 0 {
			want = append(want, expected(ticket))
		}
	}
	require.Equal(t, want, labelled(t, s))
}

func labelledHistories(t *testing.T, s Stores) {
	dice := rand.New(rand.NewPCG(7, 8))
	for i := range 60 {
		history(t, s, dice, noon.Add(-time.Duration(i)*time.Hour)) // ids and times are in opposite orders
	}
	byID := map[string]ports.LabelledTicket{}
	for _, ticket := range walk(t, s, filter{}, 100, byCursor) {
		if !ticket.Review().IsZero() {
			byID[fmt.Sprint(ticket.ID())] = expected(ticket)
		}
	}
	got := labelled(t, s)
	require.Len(t, got, len(byID))
	require.Greater(t, len(got), 10, "too few were reviewed to mean anything")
	for _, l := range got {
		require.Equal(t, byID[l.ID], l)
	}
}

func labelledMeanwhile(t *testing.T, s Stores) {
	for range 3 {
		ticket := add(t, s, noon)
		ticket.Correct(domain.CategoryBilling, domain.PriorityLow, "", noon)
		save(t, s, ticket)
	}
	taken := 0
	for _, err := range s.LabelledTickets(t.Context()) {
		require.NoError(t, err)
		add(t, s, noon)
		if taken++; taken == 2 {
			break
		}
	}
	require.Equal(t, 2, taken)
}

func labelledCancelled(t *testing.T, s Stores) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	taken := 0
	for _, err := range s.LabelledTickets(ctx) {
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
		taken++
	}
	require.Equal(t, 1, taken)
}
