package porttest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func statsCases() []storeCase {
	return []storeCase{
		{"the statistics of an empty store are noughts", statsEmpty},
		{"the statistics of any period are what a walk through all tickets and their records finds", statsAgree},
		{"a verdict that came too late is not held against the machine", statsLate},
	}
}

func statsEmpty(t *testing.T, s Stores) {
	stats, err := s.Stats(t.Context(), ports.Period{})
	require.NoError(t, err)
	require.Empty(t, stats.Compared)
	require.Empty(t, stats.ByDay)
	require.Equal(t, newCounts(), stats.Tickets)
}

func statsLate(t *testing.T, s Stores) {
	ticket := add(t, s, noon)
	ticket.Correct(domain.CategoryGeneral, domain.PriorityLow, "", noon)
	require.False(t, ticket.Classify(1, answer(t, 1), domain.ReviewSample{}))
	save(t, s, ticket)
	stats, err := s.Stats(t.Context(), ports.Period{})
	require.NoError(t, err)
	require.Empty(t, stats.Compared)
	require.Equal(t, 1, stats.Tickets.Reviewed[domain.ReviewCorrected])
}

func statsAgree(t *testing.T, s Stores) {
	dice := rand.New(rand.NewPCG(5, 6))
	const days = 40
	for range 160 {
		history(t, s, dice, noon.Add(time.Duration(dice.IntN(days))*24*time.Hour))
	}
	all := walk(t, s, filter{}, 100, byCursor)
	day := func(n int) time.Time { return noon.Add(time.Duration(n) * 24 * time.Hour) }
	periods := []ports.Period{
		{}, {From: day(0)}, {To: day(days)}, {From: day(days)}, {To: day(0)}, {From: day(3), To: day(3)},
	}
	for range 10 {
		from := dice.IntN(days)
		periods = append(periods, ports.Period{From: day(from), To: day(from + dice.IntN(days))},
			ports.Period{From: day(from).Add(1000)})
	}
	compared := 0
	for _, p := range periods {
		got, err := s.Stats(t.Context(), p)
		require.NoError(t, err)
		want := bruteForce(t, s, all, p)
		require.Equal(t, want.Tickets, got.Tickets, "%v", p)
		require.Equal(t, want.ByDay, got.ByDay, "%v", p)
		requireSameGroups(t, want.Compared, got.Compared, fmt.Sprint(p))
		compared += len(want.Compared)
	}
	require.Greater(t, compared, 200, "too little was compared to mean anything")
}

// history stores a ticket and applies random acts of machines and people.
func history(t *testing.T, s Stores, dice *rand.Rand, at time.Time) {
	t.Helper()
	ticket := add(t, s, at)
	policy := domain.ReviewPolicy{Threshold: 0.7, AuditRate: 0.3}
	for n := range 1 + dice.IntN(8) {
		call := randomCall(t, dice, at.Add(time.Duration(n)*time.Minute))
		switch dice.IntN(8) {
		case 0, 1, 2:
			ticket.Classify(ticket.Round(), call, policy.Sample(dice.Float64()))
		case 3:
			call.Err = domain.ErrBadAnswer
			ticket.FallBack(ticket.Round(), call)
		case 4:
			ticket.Correct(domain.Categories()[dice.IntN(3)], domain.Priorities()[dice.IntN(3)], "", call.At)
		case 5:
			if err := ticket.Confirm("", call.At); err != nil {
				require.ErrorIs(t, err, domain.ErrPending)
			}
		case 6:
			ticket.RequestClassification(noon)
		case 7:
			ticket.Classify(max(ticket.Round()-1, 1), call, policy.Sample(dice.Float64()))
		}
		if dice.IntN(4) == 0 {
			ticket.Close(noon)
		}
		ticket = save(t, s, ticket)
	}
}

func randomCall(t *testing.T, dice *rand.Rand, at time.Time) domain.Attempt {
	t.Helper()
	sure := []*float64{
		nil, new(0.0), new(0.1), new(0.3), new(0.7), new(0.1 + 0.2), new(0.95), new(1.0), new(dice.Float64()),
		new(dice.Float64()),
	}
	v, err := domain.NewVerdict(domain.Categories()[dice.IntN(3)], domain.Priorities()[dice.IntN(3)],
		sure[dice.IntN(len(sure))], new(0.5), "")
	require.NoError(t, err)
	answer := domain.Answer{
		Verdict: v, Source: domain.SourceModel, Model: []string{"big", "small"}[dice.IntN(2)], PromptVersion: "p1",
	}
	if dice.IntN(2) == 0 {
		answer = domain.Answer{Verdict: v, Source: domain.SourceLocal, Model: "lexicon"}
	}
	return domain.Attempt{Number: 1, Answer: answer, At: at}
}
