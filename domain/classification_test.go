package domain_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

func verdict(t *testing.T) domain.Verdict {
	t.Helper()
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.9), new(0.6), "a charge")
	require.NoError(t, err)
	return v
}

func success(t *testing.T) domain.Attempt {
	t.Helper()
	return domain.Attempt{
		Number: 1,
		Answer: domain.Answer{Verdict: verdict(t), Source: domain.SourceModel, Model: "m", InputTokens: 10},
		At:     noon,
	}
}

func failure(err error) domain.Attempt {
	return domain.Attempt{
		Number: 2, Answer: domain.Answer{Source: domain.SourceModel, Model: "m"}, Err: err, Latency: time.Second,
		At: noon,
	}
}

func TestAVerdict(t *testing.T) {
	t.Parallel()

	t.Run("ends the round and goes on record", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		require.True(t, tk.Classify(1, success(t), domain.ReviewSample{}))
		s := tk.Snapshot()
		require.Equal(t, domain.AIStatusDone, s.AIStatus)
		require.Equal(t, domain.CategoryBilling, s.Category)
		require.Equal(t, domain.PriorityHigh, s.Priority)
		require.Equal(t, domain.SourceModel, s.ClassifiedBy)
		require.InDelta(t, 0.9, *s.AIConfidence, 0)
		require.Len(t, tk.NewEntries(), 1)
		require.Empty(t, tk.NewEntries()[0].ErrorCode)
		require.Equal(t, 10, tk.NewEntries()[0].InputTokens)
	})

	t.Run("of an earlier round changes nothing but the record", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		require.True(t, tk.FallBack(1, failure(domain.ErrClassifierUnavailable)))
		require.True(t, tk.RequestClassification(noon))
		before := tk.Snapshot()
		require.False(t, tk.Classify(1, success(t), domain.ReviewSample{}))
		require.Equal(t, before, tk.Snapshot())
		require.Equal(t, domain.CodeSuperseded, tk.NewEntries()[1].ErrorCode)
		require.Equal(t, domain.CategoryBilling, tk.NewEntries()[1].Category)
	})

	t.Run("counts once, however often it answers", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		require.True(t, tk.Classify(1, success(t), domain.ReviewSample{}))
		require.False(t, tk.Classify(1, success(t), domain.ReviewSample{}))
		require.False(t, tk.FallBack(1, failure(domain.ErrThrottled)))
	})

	t.Run("counts for a closed ticket too", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		tk.Close(noon)
		require.True(t, tk.Classify(1, success(t), domain.ReviewSample{}))
		require.Equal(t, domain.StatusClosed, tk.Status())
		tk.Reopen(noon)
		require.Equal(t, domain.StatusOpen, tk.Status())
	})
}

func TestAFailure(t *testing.T) {
	t.Parallel()

	t.Run("that another attempt follows leaves the ticket pending", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		tk.NoteFailure(1, failure(domain.ErrBadAnswer))
		require.Equal(t, domain.AIStatusPending, tk.AIStatus())
		require.Equal(t, "bad_answer", tk.NewEntries()[0].ErrorCode)
		require.True(t, tk.NewEntries()[0].Category.IsZero())
	})

	t.Run("at the end gives the safe labels with confidence 0", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		require.True(t, tk.FallBack(1, failure(domain.ErrClassifierUnavailable)))
		s := tk.Snapshot()
		require.Equal(t, domain.AIStatusFallback, s.AIStatus)
		require.Equal(t, domain.CategoryGeneral, s.Category)
		require.Equal(t, domain.PriorityMedium, s.Priority)
		require.Equal(t, domain.SourceFallback, s.ClassifiedBy)
		require.Zero(t, *s.AIConfidence)
		require.Equal(t, domain.SourceFallback, tk.NewEntries()[0].Source)
		require.Equal(t, "classifier_unavailable", tk.NewEntries()[0].ErrorCode)
	})

	t.Run("of a new round keeps the earlier verdict", func(t *testing.T) {
		t.Parallel()
		tk := newTicket(t)
		require.True(t, tk.Classify(1, success(t), domain.ReviewSample{}))
		require.True(t, tk.RequestClassification(noon))
		require.False(t, tk.RequestClassification(noon), "asked again while pending")
		require.Equal(t, domain.CategoryBilling, tk.Category())
		require.True(t, tk.FallBack(2, failure(domain.ErrClassifierUnavailable)))
		require.Equal(t, domain.AIStatusDone, tk.AIStatus())
		require.Equal(t, domain.CategoryBilling, tk.Category())
		require.Equal(t, domain.SourceModel, tk.ClassifiedBy())
		require.Equal(t, domain.SourceModel, tk.NewEntries()[1].Source)
	})
}

func TestNewVerdictRefusesWhatIsNoVerdict(t *testing.T) {
	t.Parallel()
	for name, f := range map[string][2]float64{
		"NaN": {math.NaN(), 0}, "above one": {1.0001, 0}, "below zero": {-0.1, 0}, "infinite": {math.Inf(1), 0},
		"a priority above one": {0.5, 95}, "a priority that is NaN": {0.5, math.NaN()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityLow, new(f[0]), new(f[1]), "")
			require.ErrorIs(t, err, domain.ErrBadAnswer)
		})
	}
	_, err := domain.NewVerdict(domain.Category{}, domain.PriorityLow, new(1.0), new(1.0), "")
	require.ErrorIs(t, err, domain.ErrBadAnswer)
	_, err = domain.NewVerdict(domain.CategoryBilling, domain.Priority{}, new(1.0), new(1.0), "")
	require.ErrorIs(t, err, domain.ErrBadAnswer)
}

func TestConfidencesAreRoundedToFourDigits(t *testing.T) {
	t.Parallel()
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityLow, new(0.96499925), nil, "")
	require.NoError(t, err)
	require.Equal(t, new(0.965), v.Confidence())
	require.Nil(t, v.PriorityConfidence())
}

func TestAReasonIsOneShortLine(t *testing.T) {
	t.Parallel()
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityLow, new(1.0), new(1.0),
		"a\n\tb\x00\xff  c"+strings.Repeat("é", 400))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(v.Reason(), "a b cé"), v.Reason())
	require.Len(t, []rune(v.Reason()), domain.MaxReason)
}

func TestRestoreTicketRefusesImpossibleRows(t *testing.T) {
	t.Parallel()
	half, zero := 0.5, 0.0
	good := domain.TicketSnapshot{
		ID: 1, Title: "t", Description: "d", Status: domain.StatusOpen, AIStatus: domain.AIStatusDone,
		Category: domain.CategoryBilling, Priority: domain.PriorityLow, AIConfidence: &half,
		ClassifiedBy: domain.SourceLocal, CreatedAt: noon, Round: 1, Version: 1,
	}
	_, err := domain.RestoreTicket(good)
	require.NoError(t, err)
	unknown := good
	unknown.AIConfidence = nil
	_, err = domain.RestoreTicket(unknown)
	require.NoError(t, err, "a verdict of unknown confidence")
	for name, spoil := range map[string]func(*domain.TicketSnapshot){
		"done without a category":          func(s *domain.TicketSnapshot) { s.Category = domain.Category{} },
		"done by nobody":                   func(s *domain.TicketSnapshot) { s.ClassifiedBy = domain.Source{} },
		"a verdict more than sure":         func(s *domain.TicketSnapshot) { s.AIConfidence = new(1.1) },
		"a person's verdict with a figure": func(s *domain.TicketSnapshot) { s.ClassifiedBy = domain.SourceHuman },
		"a confident fallback": func(s *domain.TicketSnapshot) {
			s.AIStatus, s.ClassifiedBy = domain.AIStatusFallback, domain.SourceFallback
		},
		"a fallback counted as done": func(s *domain.TicketSnapshot) {
			s.ClassifiedBy, s.AIConfidence, s.Category, s.Priority = domain.SourceFallback, &zero,
				domain.CategoryGeneral, domain.PriorityMedium
		},
		"a verdict with the fallback state": func(s *domain.TicketSnapshot) {
			s.AIStatus = domain.AIStatusFallback
		},
		"no status": func(s *domain.TicketSnapshot) { s.Status = domain.Status{} },
		"no round":  func(s *domain.TicketSnapshot) { s.Round = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := good
			spoil(&s)
			_, err := domain.RestoreTicket(s)
			require.Error(t, err)
			require.Equal(t, domain.KindInternal, domain.KindOf(err))
		})
	}
}

func TestRetryPolicy(t *testing.T) {
	t.Parallel()
	p := domain.RetryPolicy{MaxAttempts: 5, Base: 2 * time.Second, Cap: 30 * time.Second}

	t.Run("repeats what may pass", func(t *testing.T) {
		t.Parallel()
		require.True(t, p.Again(1, domain.ErrClassifierUnavailable, ""))
		require.True(t, p.Again(4, domain.ErrThrottled, "classifier_throttled"))
		require.True(t, p.Again(1, errors.New("unknown"), ""))
		require.True(t, p.Again(1, fmt.Errorf("call: %w", context.DeadlineExceeded), ""))
	})
	t.Run("stops at the last attempt", func(t *testing.T) {
		t.Parallel()
		require.False(t, p.Again(5, domain.ErrClassifierUnavailable, ""))
	})
	t.Run("gives up at once where nothing can help", func(t *testing.T) {
		t.Parallel()
		require.False(t, p.Again(1, domain.ErrClassifierKey, ""))
		require.False(t, p.Again(1, domain.ErrAnswerRefused, ""))
		require.False(t, p.Again(1, domain.ErrClassifierRefused, ""))
	})
	t.Run("repeats a bad answer once", func(t *testing.T) {
		t.Parallel()
		require.True(t, p.Again(1, domain.ErrBadAnswer, ""))
		require.True(t, p.Again(2, domain.ErrBadAnswer, "classifier_unavailable"))
		require.False(t, p.Again(2, domain.ErrBadAnswer, "bad_answer"))
		require.False(t, p.Again(2, domain.ErrAnswerEmpty, "answer_cut_off"), "whatever was wrong with the output")
	})
	t.Run("waits longer each time, up to the cap, half of it by chance", func(t *testing.T) {
		t.Parallel()
		for n, full := range []time.Duration{2, 4, 8, 16, 30, 30} {
			full *= time.Second
			require.Equal(t, full/2, p.Wait(n+1, domain.ErrClassifierUnavailable, 0))
			require.Equal(t, full, p.Wait(n+1, domain.ErrClassifierUnavailable, 1))
		}
	})
	t.Run("waits as long as the server asks", func(t *testing.T) {
		t.Parallel()
		slow := domain.ErrThrottled.With(nil)
		slow.RetryAfter = time.Minute
		require.Equal(t, time.Minute, p.Wait(1, fmt.Errorf("call: %w", slow), 1))
	})
}

func TestErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("secret cause")
	err := fmt.Errorf("load: %w", domain.ErrTicketNotFound.With(cause))
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
	require.ErrorIs(t, err, cause)
	require.NotErrorIs(t, err, domain.ErrUserNotFound)
	require.Equal(t, domain.KindNotFound, domain.KindOf(err))
	require.Equal(t, "ticket_not_found", domain.CodeOf(err))
	require.Equal(t, domain.KindInternal, domain.KindOf(errors.New("unknown")))
	require.Equal(t, domain.KindUnavailable, domain.KindOf(fmt.Errorf("call: %w", context.DeadlineExceeded)))
	for _, k := range domain.Kinds() {
		require.NotEmpty(t, k.String())
	}
}

func TestLabelsParseOnlyWhatIsOnTheList(t *testing.T) {
	t.Parallel()
	for _, c := range domain.Categories() {
		got, err := domain.ParseCategory(c.String())
		require.NoError(t, err)
		require.Equal(t, c, got)
	}
	for _, bad := range []string{"", "Billing", "billing ", "refund"} {
		_, err := domain.ParseCategory(bad)
		require.Equal(t, map[string]string{"category": "must be one of billing, technical, general"},
			fieldsOf(t, err))
	}
}
