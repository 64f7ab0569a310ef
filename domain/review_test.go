package domain_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

// everything draws each verdict for the audit and finds none sure enough.
var everything = domain.ReviewPolicy{Threshold: 1, AuditRate: 1}

func TestWhatAsksForAReview(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		policy       domain.ReviewPolicy
		draw         float64
		needs, audit bool
	}{
		"a sure verdict needs no review": {
			domain.ReviewPolicy{Threshold: 0.9, AuditRate: 0.5}, 0.5, false, false,
		},
		"an unsure verdict does": {
			domain.ReviewPolicy{Threshold: 0.91, AuditRate: 0}, 0, true, false,
		},
		"so does a sure one that is drawn for the audit": {
			domain.ReviewPolicy{Threshold: 0.9, AuditRate: 0.5}, 0.49, true, true,
		},
		"an unsure one can be drawn as well as any other": {
			domain.ReviewPolicy{Threshold: 0.95, AuditRate: 0.5}, 0.49, true, true,
		},
		"a rate of 0 draws none, whatever the number": {
			domain.ReviewPolicy{Threshold: 0, AuditRate: 0}, 0, false, false,
		},
		"a threshold of 0 finds no verdict too unsure": {domain.ReviewPolicy{}, 0.5, false, false},
		"a rate of 1 draws every one, whatever the number": {
			domain.ReviewPolicy{AuditRate: 1}, 0.999, true, true,
		},
		"a confidence that equals the threshold is no worry": {
			domain.ReviewPolicy{Threshold: 0.9}, 0, false, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tk := newTicket(t)
			require.True(t, tk.Classify(1, success(t), c.policy.Sample(c.draw)))
			require.Equal(t, c.needs, tk.NeedsReview())
			require.Equal(t, c.audit, tk.Snapshot().Audit)
		})
	}

	t.Run("a fallback needs review and is never drawn: it is no verdict", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		require.True(t, tk.FallBack(1, failure(domain.ErrClassifierUnavailable)))
		require.True(t, tk.NeedsReview())
		require.False(t, tk.Snapshot().Audit)
	})

	t.Run("a verdict whose confidence nobody knows needs review, whatever the threshold", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		a := success(t)
		var err error
		a.Answer.Verdict, err = domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, nil, nil, "")
		require.NoError(t, err)
		require.True(t, tk.Classify(1, a, domain.ReviewPolicy{}.Sample(0.5)))
		require.Nil(t, tk.AIConfidence())
		require.True(t, tk.NeedsReview())
		require.Nil(t, tk.NewEntries()[0].Confidence)
	})

	t.Run("what a person decided asks for none, though it was drawn for the audit", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		require.True(t, tk.Classify(1, success(t), everything.Sample(0)))
		tk.Correct(domain.CategoryTechnical, domain.Priority{}, "", noon)
		require.False(t, tk.NeedsReview())
	})
}

func TestAnotherRound(t *testing.T) {
	t.Parallel()

	reviewed := func(t *testing.T) domain.Ticket {
		t.Helper()
		tk := newTicket(t)
		require.True(t, tk.Classify(1, success(t), everything.Sample(0)))
		require.NoError(t, tk.Confirm("", noon))
		require.True(t, tk.RequestClassification(noon))
		return tk
	}

	t.Run("that fails leaves the review as it was", func(t *testing.T) {
		t.Parallel()
		tk := reviewed(t)
		require.True(t, tk.FallBack(2, failure(domain.ErrClassifierUnavailable)))
		require.Equal(t, domain.ReviewConfirmed, tk.Review())
		require.False(t, tk.NeedsReview())
		require.True(t, tk.Snapshot().Audit)
	})

	t.Run("that fails draws no second time for the audit", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		require.True(t, tk.Classify(1, success(t), domain.ReviewPolicy{AuditRate: 0.5}.Sample(0.9)))
		require.True(t, tk.RequestClassification(noon))
		require.True(t, tk.FallBack(2, failure(domain.ErrClassifierUnavailable)))
		require.False(t, tk.Snapshot().Audit)
		require.False(t, tk.NeedsReview())
	})

	t.Run("that has a verdict asks for a new review", func(t *testing.T) {
		t.Parallel()
		tk := reviewed(t)
		require.True(t, tk.Classify(2, success(t), domain.ReviewPolicy{Threshold: 0.95}.Sample(0)))
		require.True(t, tk.Review().IsZero())
		require.True(t, tk.NeedsReview())
		require.False(t, tk.Snapshot().Audit)
	})

	t.Run("keeps the review while it is under way", func(t *testing.T) {
		t.Parallel()
		tk := reviewed(t)
		require.Equal(t, domain.ReviewConfirmed, tk.Review())
		require.ErrorIs(t, tk.Confirm("", noon), domain.ErrPending)
	})
}
