package app_test

import (
	"context"
	"math/rand/v2"
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
	for _, f := range []app.Figures{s.Figures, s.Audit} {
		require.Zero(t, f.N)
		require.Nil(t, f.Category, "no tickets have no share, which is not the same as a share of 0")
		require.Nil(t, f.Priority)
		require.Nil(t, f.ECE)
		for _, b := range f.Bins {
			require.Equal(t, app.CalibrationBin{}, b)
		}
	}
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

	require.Equal(t, 8, s.Figures.N)
	require.InDelta(t, 7.0/8, *s.Figures.Category, 1e-12)
	require.InDelta(t, 1.0/8, *s.Figures.Priority, 1e-12)
	require.InDelta(t, (4*0.10+4*0.05)/8, *s.Figures.ECE, 1e-12)
	require.Equal(t, app.Confusion[domain.Category]{
		domain.CategoryBilling: {domain.CategoryBilling: 7, domain.CategoryGeneral: 1},
	}, s.Categories)
	require.Equal(t, app.Confusion[domain.Priority]{
		domain.PriorityLow: {domain.PriorityHigh: 7, domain.PriorityLow: 1},
	}, s.Priorities)

	require.Equal(t, 1, s.Audit.N)
	require.Zero(t, *s.Audit.Category)
	require.InDelta(t, 1, *s.Audit.Priority, 0)

	require.Len(t, s.ByModel, 2)
	require.Equal(t, "lexicon", s.ByModel[0].Model, "as many as the other, and before it by name of the source")
	require.Equal(t, "m", s.ByModel[1].Model)
	require.Equal(t, "p1", s.ByModel[1].PromptVersion)
	require.InDelta(t, 0.75, *s.ByModel[1].Category, 1e-12)
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

	require.Equal(t, []int{6, 2}, []int{s.Figures.N, s.Figures.Calibrated})
	require.InDelta(t, 2.0/6, *s.Figures.Category, 1e-12)
	require.InDelta(t, 1, *s.Figures.Priority, 0)
	require.Equal(t, app.Confusion[domain.Category]{
		domain.CategoryBilling: {domain.CategoryBilling: 2, domain.CategoryGeneral: 4},
	}, s.Categories)
	require.InDelta(t, 0.15, *s.Figures.ECE, 1e-12, "of the known ones alone")
	require.Zero(t, s.Figures.Bins[0].N, "unknown is not 0")
	require.Equal(t, []int{4, 0}, []int{s.Audit.N, s.Audit.Calibrated})
	require.Nil(t, s.Audit.ECE)
	require.Equal(t, "silent", s.ByModel[0].Model)
	require.Nil(t, s.ByModel[0].ECE)
}

func TestCalibrationIsTheSameAsInAnEvaluation(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(7, 8))
	var groups []ports.Compared
	var judgements []evaluation.Judgement
	for range 500 {
		predicted, right := domain.Categories()[dice.IntN(3)], domain.Categories()[dice.IntN(3)]
		sure := float64(dice.IntN(41)) / 40
		if dice.IntN(5) == 0 {
			groups = append(groups, ports.Compared{PredictedCategory: predicted, Category: right, N: 1})
			judgements = append(judgements, evaluation.Judgement{Right: right.String(), Predicted: predicted.String()})
			continue
		}
		groups = append(groups, ports.Compared{
			PredictedCategory: predicted, Category: right, Bin: domain.ConfidenceBin(sure), N: 1, Known: true,
			Confidence: sure,
		})
		judgements = append(judgements,
			evaluation.Judgement{Right: right.String(), Predicted: predicted.String(), Confidence: new(sure)})
	}
	want, got := evaluation.Calibrate(judgements), app.NewStats(ports.Stats{Compared: groups}).Figures
	require.InDelta(t, want.ECE, *got.ECE, 1e-12)
	require.Equal(t, want.N, got.Calibrated)
	for i, b := range want.Bins {
		require.Equal(t, b.N, got.Bins[i].N)
		require.InDelta(t, b.Confidence, *got.Bins[i].Confidence, 1e-12)
		require.InDelta(t, b.Accuracy, *got.Bins[i].Accuracy, 1e-12)
	}
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
