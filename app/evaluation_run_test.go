package app_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// saying answers by the ticket's title; a title that it does not know is a failure, and "" is a key that is
// not accepted.
type saying struct {
	mu     sync.Mutex
	byWord map[string]domain.Answer
	asked  []string
}

func (s *saying) Classify(_ context.Context, text domain.Text) (domain.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, text.Title())
	a, known := s.byWord[text.Title()]
	if known && a.Model == "" {
		return domain.Answer{}, domain.ErrClassifierKey
	}
	if !known {
		return domain.Answer{}, domain.ErrBadAnswer
	}
	return a, nil
}

func sure(t *testing.T, source domain.Source, c domain.Category, confidence float64) domain.Answer {
	t.Helper()
	verdict, err := domain.NewVerdict(c, domain.PriorityLow, new(confidence), nil, "")
	require.NoError(t, err)
	return domain.Answer{Verdict: verdict, Source: source, Model: source.String()}
}

// cascade is sure about tickets 0 and 1 and asks its second stage about 2 and 3. All are about billing.
func cascade(t *testing.T) (c app.Candidate, first, second *saying) {
	t.Helper()
	local, model := domain.SourceLocal, domain.SourceModel
	first = &saying{byWord: map[string]domain.Answer{
		"0": sure(t, local, domain.CategoryBilling, 0.95), "1": sure(t, local, domain.CategoryGeneral, 0.9),
		"2": sure(t, local, domain.CategoryGeneral, 0.5), "3": sure(t, local, domain.CategoryBilling, 0.4),
	}}
	second = &saying{byWord: map[string]domain.Answer{
		"0": sure(t, model, domain.CategoryBilling, 0.9), "1": sure(t, model, domain.CategoryBilling, 0.9),
		"2": sure(t, model, domain.CategoryBilling, 0.9),
	}}
	return app.Candidate{
		Name: "cascade", Model: "m", Timeout: time.Minute,
		Stages: &app.Stages{First: first, Second: second, Threshold: 0.8},
	}, first, second
}

// asking remembers what an evaluation tells a person.
type asking struct {
	planned []app.PlannedCalls
	refuse  error
	passes  []string
}

func (a *asking) evaluate() *app.Evaluate {
	hooks := app.EvaluationHooks{
		Agree: func(planned []app.PlannedCalls) error {
			a.planned = planned
			return a.refuse
		},
		Begin: func(pass string, _ int) (step, end func()) {
			a.passes = append(a.passes, pass)
			return func() {}, func() {}
		},
	}
	return app.NewEvaluate(domain.RetryPolicy{MaxAttempts: 1}, 1, ports.ClockFunc(time.Now), hooks)
}

func TestEvaluateACascade(t *testing.T) {
	t.Parallel()
	t.Run("asks the second stage where the first is unsure, after a person agreed to it", func(t *testing.T) {
		t.Parallel()
		c, first, second := cascade(t)
		var a asking
		result, outcomes, err := a.evaluate().Handle(t.Context(), labelled(t, 4), app.Evaluation{Candidate: c})
		require.NoError(t, err)
		require.Equal(t, []string{"0", "1", "2", "3"}, first.asked)
		require.Equal(t, []string{"2", "3"}, second.asked)
		require.Len(t, a.planned, 1)
		require.Equal(t, "cascade", a.planned[0].Candidate.Name)
		require.Equal(t, []domain.Text{labelled(t, 4)[2].Text, labelled(t, 4)[3].Text}, a.planned[0].Texts)
		require.Equal(t, []string{"first stage", "second stage"}, a.passes)

		require.Equal(t, &evaluation.Calls{Threshold: 0.8, Calls: 2, Saved: 0.5}, result.Cascade)
		require.Nil(t, result.Sweep)
		require.Equal(t, "cascade", result.Classifier)
		require.Equal(t, []int{3, 1}, []int{result.Report.Answered, result.Report.Fallbacks})
		require.True(t, outcomes[0].Right() && !outcomes[1].Right() && outcomes[2].Right() && outcomes[3].Failed())
	})
	t.Run("makes no paid call if the person does not agree", func(t *testing.T) {
		t.Parallel()
		c, _, second := cascade(t)
		a := asking{refuse: errors.New("no")}
		_, outcomes, err := a.evaluate().Handle(t.Context(), labelled(t, 4), app.Evaluation{Candidate: c})
		require.ErrorIs(t, err, a.refuse)
		require.Empty(t, second.asked)
		require.Empty(t, outcomes, "there is nothing worth keeping")
	})
	t.Run("asks nobody if the first stage is sure of everything", func(t *testing.T) {
		t.Parallel()
		c, _, _ := cascade(t)
		a := asking{refuse: errors.New("no")}
		_, _, err := a.evaluate().Handle(t.Context(), labelled(t, 2), app.Evaluation{Candidate: c})
		require.NoError(t, err)
	})
	t.Run("asks both about everything for a sweep, and still answers by the threshold", func(t *testing.T) {
		t.Parallel()
		c, _, second := cascade(t)
		var a asking
		result, outcomes, err := a.evaluate().Handle(t.Context(), labelled(t, 4),
			app.Evaluation{Candidate: c, Sweep: true})
		require.NoError(t, err)
		require.Len(t, second.asked, 4)
		require.Len(t, a.planned[0].Texts, 4)
		require.Equal(t, 2, result.Cascade.Calls)
		require.Equal(t, 4, result.Sweep[len(result.Sweep)-1].Calls.Calls)
		require.False(t, outcomes[1].Right(), "the first stage was sure of it")
	})
	t.Run("keeps what it has when it is cut off", func(t *testing.T) {
		t.Parallel()
		c, _, second := cascade(t)
		second.byWord["3"] = domain.Answer{}
		var a asking
		_, outcomes, err := a.evaluate().Handle(t.Context(), labelled(t, 4), app.Evaluation{Candidate: c})
		require.ErrorIs(t, err, domain.ErrClassifierKey)
		require.Equal(t, []string{"0", "1", "2", ""}, []string{
			outcomes[0].Ticket.ID, outcomes[1].Ticket.ID, outcomes[2].Ticket.ID, outcomes[3].Ticket.ID,
		})
	})
}

func TestEvaluateAgainstOthers(t *testing.T) {
	t.Parallel()
	right := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
		return sure(t, domain.SourceLocal, domain.CategoryBilling, 0.9), nil
	})
	wrong := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
		return sure(t, domain.SourceModel, domain.CategoryGeneral, 0.9), nil
	})
	free := app.Candidate{Name: "free", Classifier: right, Timeout: time.Minute}
	paid := app.Candidate{Name: "paid", Classifier: wrong, Model: "m", Timeout: time.Minute}

	t.Run("sets two classifiers beside each other and asks about the one that costs money", func(t *testing.T) {
		t.Parallel()
		var a asking
		result, _, err := a.evaluate().Handle(t.Context(), labelled(t, 3),
			app.Evaluation{Candidate: free, Other: &paid})
		require.NoError(t, err)
		require.Len(t, a.planned, 1)
		require.Equal(t, "paid", a.planned[0].Candidate.Name)
		require.Len(t, a.planned[0].Texts, 3)
		require.Equal(t, "paid", result.Compared.Other)
		require.Zero(t, result.Compared.Report.Category.Accuracy)
		require.Len(t, result.Compared.Comparison.Won, 3)
	})
	t.Run("sets it beside an earlier run", func(t *testing.T) {
		t.Parallel()
		var a asking
		_, before, err := a.evaluate().Handle(t.Context(), labelled(t, 3), app.Evaluation{Candidate: paid})
		require.NoError(t, err)
		earlier := &app.EarlierRun{Name: "before.jsonl", Predictions: evaluation.PredictionsOf(before[:2])}
		result, _, err := a.evaluate().Handle(t.Context(), labelled(t, 3),
			app.Evaluation{Candidate: free, Earlier: earlier})
		require.NoError(t, err)
		require.Equal(t, "before.jsonl", result.Compared.Other)
		require.Nil(t, result.Compared.Report)
		require.Len(t, result.Compared.Comparison.Won, 2)
		require.Equal(t, 1, result.Compared.Comparison.Missing)
	})
	t.Run("refuses an earlier run of other tickets before any call", func(t *testing.T) {
		t.Parallel()
		hash := evaluation.TextHash(labelled(t, 1)[0].Text)
		for name, c := range map[string]struct {
			earlier []evaluation.Prediction
			want    app.OtherTicketsError
		}{
			"of none of them": {[]evaluation.Prediction{{ID: "x", TextHash: hash}}, app.OtherTicketsError{}},
			"of tickets that are called alike": {
				[]evaluation.Prediction{{ID: "0", TextHash: hash}, {ID: "1", TextHash: hash}, {ID: "2", TextHash: hash}},
				app.OtherTicketsError{Common: 3, Differ: 2, First: "1"},
			},
		} {
			var a asking
			e := app.Evaluation{Candidate: free, Earlier: &app.EarlierRun{Predictions: c.earlier}}
			_, _, err := a.evaluate().Handle(t.Context(), labelled(t, 3), e)
			require.Equal(t, &c.want, err, name)
			require.Empty(t, a.passes, name)
		}
	})
	t.Run("takes some tickets of the whole list", func(t *testing.T) {
		t.Parallel()
		var a asking
		_, outcomes, err := a.evaluate().Handle(t.Context(), labelled(t, 10),
			app.Evaluation{Candidate: free, Limit: 3})
		require.NoError(t, err)
		require.Equal(t, []string{"0", "3", "6"},
			[]string{outcomes[0].Ticket.ID, outcomes[1].Ticket.ID, outcomes[2].Ticket.ID})
	})
}
