package importing_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/app/importing"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

func classifyNow(s stores.Store, c domain.Classifier) *classification.ClassifyNow {
	return classification.NewClassifyNow(s, c, classification.ClassifyLimits{
		Timeout: 10 * time.Second, Policy: classification.RetryAtOnce(),
		Review: domain.ReviewPolicy{Threshold: 0.7},
	}, fakes.Clock, ports.NoMeter{}, fakes.Quiet)
}

// classified asks c about up to 4 tickets at a time, and twice about each at most.
func classified(c domain.Classifier) importing.Labels {
	limits := classification.CallLimits{Timeout: time.Minute, Policy: fakes.Soon(2), Slots: 4}
	return importing.Classified(c, limits, domain.ReviewPolicy{Threshold: 0.7}, fakes.Clock)
}

func TestImportedTicketsAreClassifiedBeforeTheyAreStored(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.6), new(0.5), "")
	require.NoError(t, err)
	classifier := domain.ClassifierFunc(func(_ context.Context, text domain.Text) (domain.Answer, error) {
		if text.Title() == "Title 1" {
			return domain.Answer{Source: domain.SourceModel}, domain.ErrClassifierRefused
		}
		return domain.Answer{Verdict: v, Source: domain.SourceModel, Model: "m"}, nil
	})
	uc := importer(s, classified(classifier))
	require.Equal(t, importing.Imported{Stored: 3, Done: 2, Fallback: 1}, imports(t, uc, sheetOf(3)))
	all := stored(t, s)
	require.Equal(t, domain.CategoryBilling, all[0].Category())
	require.True(t, all[0].NeedsReview(), "its confidence is below the threshold")
	require.Equal(t, []string{""}, fakes.Codes(fakes.Record(t, s, all[0].ID())))
	require.Equal(t, domain.AIStatusFallback, all[1].AIStatus())
	require.Equal(t, []string{domain.ErrClassifierRefused.Code}, fakes.Codes(fakes.Record(t, s, all[1].ID())))
	require.EqualValues(t, 1, all[0].Version(), "it was written once")
}

func TestARepeatedImportPaysForNothingTwice(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	imports(t, importer(s, unclassified()), sheetOf(5))
	classifier := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
		t.Error("the classifier was asked")
		return domain.Answer{}, domain.ErrClassifierKey
	})
	require.Equal(t, importing.Imported{Known: 5}, imports(t, importer(s, classified(classifier)), sheetOf(5)))
}

func TestATicketThatWasImportedUnclassified(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	imports(t, importer(s, unclassified()), sheetOf(1))
	ticket := stored(t, s)[0]
	require.Equal(t, domain.AIStatusFallback, ticket.AIStatus())
	require.True(t, ticket.NeedsReview())
	require.False(t, ticket.Snapshot().Audit, "there is no verdict to check")
	require.Equal(t, []string{domain.ErrNotClassified.Code}, fakes.Codes(fakes.Record(t, s, ticket.ID())))

	t.Run("is taken up by no sweeper", func(t *testing.T) {
		due, err := s.ClaimDue(t.Context(), 10, ports.Lease{Time: time.Hour}, time.Nanosecond)
		require.NoError(t, err)
		require.Empty(t, due)
		lost, err := s.TakeLost(t.Context(), 10, 0)
		require.NoError(t, err)
		require.Empty(t, lost)
	})

	t.Run("is classified when a person asks", func(t *testing.T) {
		v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.9), new(0.5), "")
		require.NoError(t, err)
		classifier := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			return domain.Answer{Verdict: v, Source: domain.SourceLocal}, nil
		})
		now, err := classification.NewRequestClassification(s, classifyNow(s, classifier), fakes.Clock).
			Handle(t.Context(), ticket.ID())
		require.NoError(t, err)
		require.Equal(t, domain.AIStatusDone, now.AIStatus())
		require.False(t, now.NeedsReview())
	})
}

type announcer func(domain.Ticket) error

func (f announcer) Announce(_ context.Context, t domain.Ticket) error { return f(t) }

func TestImportedTicketsAreAnnounced(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	var announced []domain.TicketID
	queue := announcer(func(ticket domain.Ticket) error {
		announced = append(announced, ticket.ID())
		if len(announced) == 3 {
			return errors.New("no matter")
		}
		return nil
	})
	uc := importer(s, importing.Announced(queue, fakes.Quiet))
	require.Equal(
		t, importing.Imported{Stored: 3}, imports(t, uc, sheetOf(3)), "what is not announced is found later",
	)
	imports(t, uc, sheetOf(4))
	all := stored(t, s)
	require.Len(t, announced, 4)
	for i, ticket := range all {
		require.Equal(t, domain.AIStatusPending, ticket.AIStatus())
		require.Equal(t, announced[i], ticket.ID())
	}
}
