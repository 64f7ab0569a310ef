package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

func TestStatsWithoutReviews(t *testing.T) {
	t.Parallel()
	s := app.NewStats(ports.Stats{Tickets: ports.TicketCounts{Total: 3}})
	require.Equal(t, 3, s.Tickets.Total)
	for _, a := range []app.Agreement{s.Reviewed, s.Audit} {
		require.Equal(t, app.Agreement{Calibration: evaluation.Calibrate(nil)}, a)
	}
	require.Equal(t, 0, s.Categories.Count("billing", "billing"))
	require.Empty(t, s.ByModel)
}

func TestStatsOfAFewTickets(t *testing.T) {
	t.Parallel()
	group := ports.Compared{
		Source: domain.SourceModel, Model: "m", PromptVersion: "p1", N: 3, Known: true, Bin: 8, Confidence: 2.55,
		PredictedCategory: domain.CategoryBilling, Category: domain.CategoryBilling,
		PredictedPriority: domain.PriorityLow, Priority: domain.PriorityHigh,
	}
	wrong := group
	wrong.N, wrong.Category, wrong.Priority, wrong.Confidence, wrong.Audit = 1, domain.CategoryGeneral,
		domain.PriorityLow, 0.85, true
	other := group
	other.Source, other.Model, other.PromptVersion, other.N, other.Bin, other.Confidence = domain.SourceLocal,
		"lexicon", "", 4, 9, 3.8
	s := app.NewStats(ports.Stats{Compared: []ports.Compared{other, wrong, group}})

	require.Equal(t, 8, s.Reviewed.N)
	require.InDelta(t, 7.0/8, s.Reviewed.Category, 1e-12)
	require.InDelta(t, 1.0/8, s.Reviewed.Priority, 1e-12)
	require.InDelta(t, (4*0.10+4*0.05)/8, s.Reviewed.Calibration.ECE, 1e-12)
	require.Equal(t, [][]int{{7, 0, 0}, {0, 0, 0}, {1, 0, 0}}, s.Categories.Counts,
		"rows are right, columns predicted")
	require.Equal(t, [][]int{{1, 0, 0}, {0, 0, 0}, {7, 0, 0}}, s.Priorities.Counts)

	require.Equal(t, 1, s.Audit.N)
	require.Zero(t, s.Audit.Category)
	require.InDelta(t, 1, s.Audit.Priority, 0)

	require.Len(t, s.ByModel, 2)
	require.Equal(t, "lexicon", s.ByModel[0].Model, "as many as the other, and before it by name of the source")
	require.Equal(t, "m", s.ByModel[1].Model)
	require.Equal(t, "p1", s.ByModel[1].PromptVersion)
	require.InDelta(t, 0.75, s.ByModel[1].Category, 1e-12)
}

func TestStatsOfVerdictsWithoutAConfidence(t *testing.T) {
	t.Parallel()
	unknown := ports.Compared{
		Source: domain.SourceModel, Model: "silent", Audit: true, N: 4,
		PredictedCategory: domain.CategoryBilling, Category: domain.CategoryGeneral,
		PredictedPriority: domain.PriorityLow, Priority: domain.PriorityLow,
	}
	known := unknown
	known.Model, known.Audit, known.N, known.Category, known.Known, known.Bin, known.Confidence = "m", false, 2,
		domain.CategoryBilling, true, 8, 1.7
	s := app.NewStats(ports.Stats{Compared: []ports.Compared{unknown, known}})

	require.Equal(t, []int{6, 2}, []int{s.Reviewed.N, s.Reviewed.Calibration.N})
	require.InDelta(t, 2.0/6, s.Reviewed.Category, 1e-12)
	require.InDelta(t, 1, s.Reviewed.Priority, 0)
	require.Equal(t, []int{2, 4},
		[]int{s.Categories.Count("billing", "billing"), s.Categories.Count("general", "billing")})
	require.InDelta(t, 0.15, s.Reviewed.Calibration.ECE, 1e-12, "of the known ones alone")
	require.Zero(t, s.Reviewed.Calibration.Bins[0].N, "unknown is not 0")
	require.Equal(t, []int{4, 0}, []int{s.Audit.N, s.Audit.Calibration.N})
	require.Zero(t, s.Audit.Calibration.ECE)
	require.Equal(t, "silent", s.ByModel[0].Model)
	require.Zero(t, s.ByModel[0].Calibration.N)
}

type periods func(ports.Period)

func (f periods) Stats(_ context.Context, p ports.Period) (ports.Stats, error) {
	f(p)
	return ports.Stats{}, nil
}

func TestAPeriodIsAskedForInWholeMicroseconds(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 0, 0, 0, 5000, time.UTC)
	for _, c := range []struct{ given, asked time.Time }{
		{at, at}, {at.Add(1), at.Add(time.Microsecond)}, {at.Add(999), at.Add(time.Microsecond)},
		{time.Time{}, time.Time{}},
	} {
		var seen ports.Period
		_, err := app.NewReadStats(periods(func(p ports.Period) { seen = p })).Handle(t.Context(),
			ports.Period{From: c.given, To: c.given})
		require.NoError(t, err)
		require.Equal(t, ports.Period{From: c.asked, To: c.asked}, seen)
	}
}
