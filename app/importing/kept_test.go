package importing_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/importing"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// old is a file of three tickets that bring along all they can, labels alone, and nothing.
func old() sheet {
	file := sheetOf(3)
	file.rows[0].Kept = ports.Kept{
		CreatedAt: time.Date(2024, 3, 12, 15, 4, 0, 0, time.FixedZone("CET", 3600)), Status: domain.StatusClosed,
		Category: domain.CategoryTechnical, Priority: domain.PriorityHigh,
	}
	file.rows[1].Kept = ports.Kept{Category: domain.CategoryBilling, Status: domain.StatusOpen}
	file.rows[2].Kept = ports.Kept{Priority: domain.PriorityHigh}
	return file
}

func TestOldTicketsKeepWhatTheyBringAlong(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	var announced []domain.TicketID
	queue := announcer(func(ticket domain.Ticket) error {
		announced = append(announced, ticket.ID())
		return nil
	})
	for name, c := range map[string]struct {
		labels importing.Labels
		want   importing.Imported
	}{
		"where tickets are classified": {
			classified(paid(t, &calls)), importing.Imported{Stored: 3, Kept: 2, Done: 1},
		},
		"where workers classify them": {
			importing.Announced(queue, fakes.Quiet), importing.Imported{Stored: 3, Kept: 2},
		},
		"where nobody does": {unclassified(), importing.Imported{Stored: 3, Kept: 2, Fallback: 1}},
	} {
		t.Run(name, func(t *testing.T) { //nolint:paralleltest // they share the counts
			s := stores.SQLite(t)
			uc := importer(s, c.labels)
			require.Equal(t, c.want, imports(t, uc, old()))
			require.Equal(t, importing.Imported{Known: 3}, imports(t, uc, old()))
			all := map[string]domain.TicketSnapshot{}
			for _, ticket := range stored(t, s) {
				all[ticket.Text().Title()] = ticket.Snapshot()
			}
			first := all["Title 0"]
			require.Equal(t, "2024-03-12T14:04:00Z", first.CreatedAt.Format(time.RFC3339Nano))
			require.Equal(t, domain.StatusClosed, first.Status)
			require.Equal(t, domain.AIStatusDone, first.AIStatus)
			require.Equal(t, domain.SourceHuman, first.ClassifiedBy)
			require.Equal(t, domain.ReviewCorrected, first.Review)
			require.Equal(t, domain.CategoryTechnical, first.Category)
			require.Equal(t, domain.PriorityHigh, first.Priority)
			require.Nil(t, first.AIConfidence)
			require.Equal(t, []string{""}, fakes.Codes(fakes.Record(t, s, first.ID)), "a person's verdict")
			require.Equal(t, domain.PriorityMedium, all["Title 1"].Priority, "a person's category alone")
			require.NotEqual(t, domain.SourceHuman, all["Title 2"].ClassifiedBy, "a priority alone is no verdict")
		})
	}
	require.EqualValues(t, 1, calls.Load())
	require.Len(t, announced, 1)
}

func TestATimeThatCannotBeATicketsIsRefused(t *testing.T) {
	t.Parallel()
	file := sheetOf(3)
	file.rows[0].Kept.CreatedAt = fakes.Clock.Now().Add(48 * time.Hour)
	file.rows[1].Kept.CreatedAt = time.Date(202, 4, 1, 0, 0, 0, 0, time.UTC)
	file.rows[2].Kept.CreatedAt = fakes.Clock.Now()
	plan, found := check(t, importer(stores.SQLite(t), unclassified()), file)
	require.Equal(t, importing.Plan{Fresh: 1, Bad: 2}, plan)
	require.Contains(t, found.bad[1], "line 2: created_at is no time between 1970 and now: 0202-04-01T00:00:00Z")
}

func TestTheCostOfAnImport(t *testing.T) {
	t.Parallel()
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.9), new(0.9), "")
	require.NoError(t, err)
	sure := domain.ClassifierFunc(func(_ context.Context, text domain.Text) (domain.Answer, error) {
		if text.Title() == "Title 0" {
			return domain.Answer{Verdict: v}, nil
		}
		return domain.Answer{}, domain.ErrClassifierRefused
	})
	estimate := func(domain.Text) (int, int) { return 100, 10 }
	for name, c := range map[string]struct {
		asker importing.Asker
		want  int
	}{
		"without a model is nothing":               {importing.Asker{}, 0},
		"is a call for each ticket without labels": {importing.Asker{Estimate: estimate}, 3},
		"of a cascade is a call where the first is not sure": {
			importing.Asker{Estimate: estimate, First: sure, Threshold: 0.8}, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := sheetOf(4)
			file.rows[3].Kept.Category = domain.CategoryBilling
			cost := importing.NewCost(c.asker)
			_, err := importer(stores.SQLite(t), unclassified()).Check(t.Context(), file, crm, importing.Watch{
				Fresh: func(row importing.Fresh) { cost.Add(t.Context(), row) },
			})
			require.NoError(t, err)
			require.Equal(t, c.want, cost.Calls)
			require.Equal(t, c.want*100, cost.Tokens.Input)
			require.Equal(t, c.want*10, cost.Tokens.Output)
		})
	}
}
