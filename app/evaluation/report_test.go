package evaluation_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// outcome is a ticket of general and medium that got category with confidence, in ms milliseconds; an empty
// category is a failure.
func outcome(t *testing.T, id, category string, confidence float64, ms int) evaluation.Outcome {
	t.Helper()
	o := evaluation.Outcome{
		Ticket:  ports.LabelledTicket{ID: id, Category: domain.CategoryGeneral, Priority: domain.PriorityMedium},
		Latency: time.Duration(ms) * time.Millisecond, InputTokens: 100, OutputTokens: 10,
	}
	if category == "" {
		o.Err, o.FailedCalls = domain.ErrThrottled, 3
		return o
	}
	c, err := domain.ParseCategory(category)
	require.NoError(t, err)
	verdict, err := domain.NewVerdict(c, domain.PriorityMedium, new(confidence), new(0.5), "")
	require.NoError(t, err)
	o.Answer = domain.Answer{Verdict: verdict, Source: domain.SourceModel, Model: "m"}
	return o
}

// unsure is o with confidences that nobody knows.
func unsure(t *testing.T, o evaluation.Outcome) evaluation.Outcome {
	t.Helper()
	v, err := domain.NewVerdict(o.Answer.Verdict.Category(), o.Answer.Verdict.Priority(), nil, nil, "")
	require.NoError(t, err)
	o.Answer.Verdict = v
	return o
}

func TestReport(t *testing.T) {
	t.Parallel()
	outcomes := []evaluation.Outcome{
		outcome(t, "1", "general", 0.9, 10), outcome(t, "2", "billing", 0.6, 30),
		outcome(t, "3", "general", 0.8, 20), outcome(t, "4", "", 0, 9000),
	}
	t.Run("fallbacks are counted apart and in no figure", func(t *testing.T) {
		t.Parallel()
		r := evaluation.NewReport(outcomes)
		require.Equal(t, []int{4, 3, 1, 3}, []int{r.Tickets, r.Answered, r.Fallbacks, r.FailedCalls})
		require.Equal(t, map[string]int{"classifier_throttled": 1}, r.Errors)
		require.Equal(t, 3, r.Category.N)
		require.InDelta(t, 2.0/3, r.Category.Accuracy, 1e-12)
		require.Equal(t, 3, r.Priority.N)
		require.InDelta(t, 30, r.Latency.Max, 1e-12)
		require.InDelta(t, 20, r.Latency.P50, 1e-12)
	})
	t.Run("but coverage is that of all tickets", func(t *testing.T) {
		t.Parallel()
		require.InDelta(t, 1.0/4, evaluation.NewReport([]evaluation.Outcome{
			outcomes[0], outcomes[1], outcomes[1], outcomes[3],
		}).Category.Coverage.Share, 1e-12)
	})
	t.Run("answers whose confidence nobody knows are in accuracy only", func(t *testing.T) {
		t.Parallel()
		r := evaluation.NewReport([]evaluation.Outcome{unsure(t, outcomes[0]), unsure(t, outcomes[1]), outcomes[2]})
		require.Equal(t, []int{3, 1, 2}, []int{r.Category.N, r.Category.Calibration.N, r.Category.Unknown()})
		require.InDelta(t, 2.0/3, r.Category.Accuracy, 1e-12)
		require.InDelta(t, 0.2, r.Category.Calibration.ECE, 1e-12)
		require.InDelta(t, 1.0/3, r.Category.Coverage.Share, 1e-12)
		require.Equal(t, []int{1, 2}, []int{r.Priority.Calibration.N, r.Priority.Unknown()})
		require.Equal(t, 1, r.Stages[0].Category.Calibrated)
	})
	t.Run("tokens of failed calls were paid, too", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, evaluation.Tokens{Input: 400, Output: 40}, evaluation.NewReport(outcomes).Tokens)
	})
	t.Run("tickets without a right priority are not in its figures", func(t *testing.T) {
		t.Parallel()
		some := append([]evaluation.Outcome(nil), outcomes...)
		some[0].Ticket.Priority = domain.Priority{}
		f := evaluation.NewReport(some).Priority
		require.Equal(t, 2, f.N)
		require.InDelta(t, 2.0/3, f.Coverage.Share, 1e-12, "of those that have one")
	})
	t.Run("sources and stages are reported by name", func(t *testing.T) {
		t.Parallel()
		some := append([]evaluation.Outcome(nil), outcomes...)
		some[0].Ticket.Source, some[1].Ticket.Source = "b", "a"
		some[2].Answer.Source = domain.SourceLocal
		r := evaluation.NewReport(some)
		require.Len(t, r.Sources, 3)
		require.Equal(t, []string{"", "a", "b"}, []string{r.Sources[0].Name, r.Sources[1].Name, r.Sources[2].Name})
		require.Len(t, r.Stages, 2)
		require.Equal(t, "local", r.Stages[0].Source)
		require.InDelta(t, 1.0/3, r.Stages[0].Share, 1e-12)
	})
	t.Run("without sources there is no list of them", func(t *testing.T) {
		t.Parallel()
		require.Nil(t, evaluation.NewReport(outcomes).Sources)
	})
	t.Run("without tickets nothing divides by zero", func(t *testing.T) {
		t.Parallel()
		require.Zero(t, evaluation.NewReport(nil).Category.Accuracy)
	})
}

func TestCompare(t *testing.T) {
	t.Parallel()
	said := func(labels string) []evaluation.Prediction {
		var all []evaluation.Prediction
		for i, c := range labels {
			s := evaluation.Prediction{ID: fmt.Sprint(i), Right: "r", Category: string(c)}
			if c == '-' {
				s.Category = ""
			}
			all = append(all, s)
		}
		return all
	}
	t.Run("flips are named, fallbacks count as wrong", func(t *testing.T) {
		t.Parallel()
		c := evaluation.Compare(said("rrxx-"), said("rxrxr"))
		require.Equal(t, 1, c.BothRight)
		require.Equal(t, []evaluation.Flip{
			{ID: "2", Right: "r", Before: "x", Now: "r"}, {ID: "4", Right: "r", Now: "r"},
		}, c.Won)
		require.Equal(t, []evaluation.Flip{{ID: "1", Right: "r", Before: "r", Now: "x"}}, c.Lost)
		require.Equal(t, []evaluation.Flip{{ID: "3", Right: "r", Before: "x", Now: "x"}}, c.BothWrong)
	})
	t.Run("tickets of only one side are counted", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 3, evaluation.Compare(said("rrrrr"), said("rr")).Missing)
		require.Equal(t, 1, evaluation.Compare(said("r"), said("rr")).Missing)
	})
	t.Run("McNemar's exact test is that of a fair coin", func(t *testing.T) {
		t.Parallel()
		require.InDelta(t, 1, evaluation.Compare(said("rx"), said("xr")).McNemarP, 1e-9)
		require.InDelta(t, 2.0/1024, evaluation.Compare(said("xxxxxxxxxx"), said("rrrrrrrrrr")).McNemarP, 1e-9)
		require.InDelta(t, 22.0/1024, evaluation.Compare(said("xxxxxxxxxr"), said("rrrrrrrrrx")).McNemarP, 1e-9)
		require.InDelta(t, 1, evaluation.Compare(nil, nil).McNemarP, 1e-9)
	})
}

func TestSweep(t *testing.T) {
	t.Parallel()
	first := []evaluation.Outcome{
		outcome(t, "1", "general", 0.95, 1), outcome(t, "2", "billing", 0.5, 1), outcome(t, "3", "general", 0.7, 1),
	}
	second := []evaluation.Outcome{
		outcome(t, "1", "billing", 0.9, 1), outcome(t, "2", "general", 0.9, 1), outcome(t, "3", "", 0, 1),
	}
	steps := evaluation.Sweep(first, second)

	t.Run("with 0 the model is never asked", func(t *testing.T) {
		t.Parallel()
		require.Zero(t, steps[0].Threshold)
		require.Zero(t, steps[0].Calls.Calls)
		require.InDelta(t, 1, steps[0].Saved, 1e-12)
		require.InDelta(t, 2.0/3, steps[0].Accuracy, 1e-12)
	})
	t.Run("with 1 it always is, but for certainty", func(t *testing.T) {
		t.Parallel()
		last := steps[len(steps)-1]
		require.InDelta(t, 1, last.Threshold, 1e-12)
		require.Equal(t, 3, last.Calls.Calls)
		require.Equal(t, 1, last.Fallbacks)
		require.InDelta(t, 0.5, last.Accuracy, 1e-12)
	})
	t.Run("between them it is asked where the first stage is below the threshold", func(t *testing.T) {
		t.Parallel()
		step := steps[12] // 0.6
		require.InDelta(t, 0.6, step.Threshold, 1e-12)
		require.Equal(t, 1, step.Calls.Calls)
		require.InDelta(t, 1, step.Accuracy, 1e-12)
	})
	t.Run("a confidence that nobody knows is below every threshold, and not in ECE", func(t *testing.T) {
		t.Parallel()
		steps := evaluation.Sweep([]evaluation.Outcome{unsure(t, first[0])},
			[]evaluation.Outcome{unsure(t, second[1])})
		require.Equal(t, 1, steps[0].Calls.Calls)
		require.InDelta(t, 1, steps[0].Accuracy, 1e-12)
		require.Zero(t, steps[0].Calibrated)
		steps = evaluation.Sweep(first[:1], second[:1])
		require.Equal(t, 1, steps[0].Calibrated)
	})
}
