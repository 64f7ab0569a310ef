package app_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

func TestTrain(t *testing.T) {
	t.Parallel()
	tickets := labelled(t, 4) // all about billing
	said := func(right int) []domain.Verdict {
		verdicts := make([]domain.Verdict, len(tickets))
		for i := range verdicts {
			c := domain.CategoryGeneral
			if i < right {
				c = domain.CategoryBilling
			}
			verdicts[i] = sure(t, domain.SourceLocal, c, 0.9).Verdict
		}
		return verdicts
	}
	made := ports.Trained{
		Model: []byte("model"), Name: "m1", MinPerLabel: 20, BuiltIn: said(1), InDomain: said(3),
	}
	asked := ports.Training{Folds: 5, Seed: 7}
	train := func(t *testing.T, made ports.Trained) *app.Train {
		t.Helper()
		return app.NewTrain(ports.TrainerFunc(func(_ context.Context, got []ports.LabelledTicket,
			how ports.Training) (ports.Trained, error) {
			require.Equal(t, tickets, got)
			require.Equal(t, asked, how)
			return made, nil
		}))
	}
	t.Run("returns the model and how often it was right about what it did not see", func(t *testing.T) {
		t.Parallel()
		model, about, err := train(t, made).Handle(t.Context(), tickets, asked)
		require.NoError(t, err)
		require.Equal(t, made, model)
		require.Equal(t, 4, about.Tickets)
		require.InDelta(t, 0.25, about.BuiltIn.Category.Accuracy, 1e-12)
		require.InDelta(t, 0.75, about.InDomain.Category.Accuracy, 1e-12)
		require.Nil(t, about.OutOfDomain)
		require.False(t, about.HasPriority)
		require.Equal(t, 20, about.MinPerLabel)
		require.False(t, about.Worse())
	})
	t.Run("judges by source where there are several, and notes a model worse than none", func(t *testing.T) {
		t.Parallel()
		made := made
		made.InDomain, made.OutOfDomain, made.HasPriority = said(0), said(2), true
		_, about, err := train(t, made).Handle(t.Context(), tickets, asked)
		require.NoError(t, err)
		require.InDelta(t, 0.5, about.OutOfDomain.Category.Accuracy, 1e-12)
		require.True(t, about.HasPriority && about.Worse())
	})
	t.Run("hands on why there is nothing to learn", func(t *testing.T) {
		t.Parallel()
		few := errors.New("too few")
		uc := app.NewTrain(ports.TrainerFunc(func(context.Context, []ports.LabelledTicket,
			ports.Training) (ports.Trained, error) {
			return ports.Trained{}, few
		}))
		_, _, err := uc.Handle(t.Context(), tickets, asked)
		require.ErrorIs(t, err, few)
	})
}
