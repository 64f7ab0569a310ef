package porttest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func newCounts() ports.TicketCounts {
	c := ports.TicketCounts{
		ByCategory: map[domain.Category]int{{}: 0}, ByPriority: map[domain.Priority]int{{}: 0},
		ByStatus: map[domain.Status]int{}, ByAIStatus: map[domain.AIStatus]int{}, Reviewed: map[domain.Review]int{},
	}
	nought(c.ByCategory, domain.Categories())
	nought(c.ByPriority, domain.Priorities())
	nought(c.ByStatus, domain.Statuses())
	nought(c.ByAIStatus, domain.AIStatuses())
	nought(c.Reviewed, domain.Reviews())
	return c
}

func nought[L comparable](counts map[L]int, labels []L) {
	for _, l := range labels {
		counts[l] = 0
	}
}

// bruteForce looks at each ticket and its whole record.
func bruteForce(t *testing.T, s Stores, all []domain.Ticket, p ports.Period) ports.Stats {
	t.Helper()
	stats := ports.Stats{Tickets: newCounts()}
	for _, ticket := range all {
		at := ticket.CreatedAt()
		if !p.From.IsZero() && at.Before(p.From) || !p.To.IsZero() && !at.Before(p.To) {
			continue
		}
		count(&stats.Tickets, ticket)
		countDay(&stats, ticket)
		if predicted, found := reviewed(ticket, record(t, s, ticket.ID())); found {
			group := ports.Compared{
				Source: predicted.Source, Model: predicted.Model, PromptVersion: predicted.PromptVersion,
				Audit: ticket.Snapshot().Audit, PredictedCategory: predicted.Category, Category: ticket.Category(),
				PredictedPriority: predicted.Priority, Priority: ticket.Priority(), N: 1,
			}
			if predicted.Confidence != nil {
				group.Known, group.Bin, group.Confidence = true, domain.ConfidenceBin(*predicted.Confidence),
					*predicted.Confidence
			}
			stats.Compared = append(stats.Compared, group)
		}
	}
	return stats
}

func count(c *ports.TicketCounts, ticket domain.Ticket) {
	c.Total++
	c.ByCategory[ticket.Category()]++
	c.ByPriority[ticket.Priority()]++
	c.ByStatus[ticket.Status()]++
	c.ByAIStatus[ticket.AIStatus()]++
	if ticket.NeedsReview() {
		c.ToReview++
	}
	if ticket.Snapshot().Audit {
		c.Drawn++
	}
	if !ticket.Review().IsZero() {
		c.Reviewed[ticket.Review()]++
	}
}

// countDay takes the tickets in any order of their days.
func countDay(s *ports.Stats, ticket domain.Ticket) {
	day := ticket.CreatedAt().Truncate(24 * time.Hour)
	at, found := slices.BinarySearchFunc(s.ByDay, day, func(c ports.DayCount, day time.Time) int {
		return c.Day.Compare(day)
	})
	if !found {
		counts := map[domain.Category]int{{}: 0}
		nought(counts, domain.Categories())
		s.ByDay = slices.Insert(s.ByDay, at, ports.DayCount{Day: day, ByCategory: counts})
	}
	s.ByDay[at].ByCategory[ticket.Category()]++
}

// reviewed finds what a person judged: their last act, and before it the machine's newest verdict that
// counted.
func reviewed(ticket domain.Ticket,
	newestFirst []domain.Classification) (predicted domain.Classification, found bool) {
	if ticket.Review().IsZero() {
		return predicted, false
	}
	person := false
	for _, e := range newestFirst {
		switch {
		case e.Source == domain.SourceHuman:
			person = true
		case person && e.ErrorCode == "" && (e.Source == domain.SourceModel || e.Source == domain.SourceLocal):
			return e, true
		}
	}
	return predicted, false
}

func requireSameGroups(t *testing.T, want, got []ports.Compared, what string) {
	t.Helper()
	groups := func(list []ports.Compared) (map[ports.Compared]int, map[ports.Compared]float64) {
		n, sum := map[ports.Compared]int{}, map[ports.Compared]float64{}
		for _, c := range list {
			key := c
			key.N, key.Confidence = 0, 0
			n[key] += c.N
			sum[key] += c.Confidence
		}
		return n, sum
	}
	wantN, wantSum := groups(want)
	gotN, gotSum := groups(got)
	require.Equal(t, wantN, gotN, what)
	require.Len(t, got, len(gotN), "a group came in parts: %s", what)
	for key, sum := range wantSum {
		require.InDelta(t, sum, gotSum[key], 1e-9, what)
	}
}
