package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

// later returns the moment n hours after noon.
func later(n int) time.Time { return domain.Timestamp(noon).Add(time.Duration(n) * time.Hour) }

func TestATicketTellsWhenItWasLastSeenToChange(t *testing.T) {
	t.Parallel()
	late := success(t)
	late.At, late.Latency = later(1), time.Second
	failed := failure(domain.ErrThrottled)
	failed.At, failed.Latency = later(1), time.Second

	for name, c := range map[string]struct {
		change func(t *testing.T, tk *domain.Ticket)
		want   time.Time
	}{
		"a verdict, at its end": {func(t *testing.T, tk *domain.Ticket) {
			require.True(t, tk.Classify(1, late, domain.ReviewSample{}))
		}, later(1).Add(time.Second)},
		"a fallback, at its end": {func(t *testing.T, tk *domain.Ticket) {
			require.True(t, tk.FallBack(1, failed))
		}, later(1).Add(time.Second)},
		"a request for a classification": {func(t *testing.T, tk *domain.Ticket) {
			require.True(t, tk.FallBack(1, failed))
			require.True(t, tk.RequestClassification(later(2)))
		}, later(2)},
		"a round that leaves an earlier verdict": {func(t *testing.T, tk *domain.Ticket) {
			require.True(t, tk.Classify(1, success(t), domain.ReviewSample{}))
			require.True(t, tk.RequestClassification(later(0)))
			require.True(t, tk.FallBack(2, failed))
		}, later(1).Add(time.Second)},
		"a correction": {func(_ *testing.T, tk *domain.Ticket) {
			tk.Correct(domain.CategoryBilling, domain.PriorityLow, "", later(3))
		}, later(3)},
		"a confirmation": {func(t *testing.T, tk *domain.Ticket) {
			require.True(t, tk.Classify(1, late, domain.ReviewSample{}))
			require.NoError(t, tk.Confirm("", later(4)))
		}, later(4)},
		"closing":   {func(_ *testing.T, tk *domain.Ticket) { tk.Close(later(5)) }, later(5)},
		"reopening": {func(_ *testing.T, tk *domain.Ticket) { tk.Close(later(5)); tk.Reopen(later(6)) }, later(6)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tk := newTicket(t)
			require.Equal(t, later(0), tk.UpdatedAt(), "at first when it was created")
			c.change(t, &tk)
			require.Equal(t, c.want, tk.UpdatedAt())
		})
	}

	for name, change := range map[string]func(t *testing.T, tk *domain.Ticket){
		"a failed attempt that another one follows": func(_ *testing.T, tk *domain.Ticket) {
			tk.NoteFailure(1, failed)
		},
		"an answer to an earlier request": func(t *testing.T, tk *domain.Ticket) {
			require.False(t, tk.Classify(7, late, domain.ReviewSample{}))
			require.False(t, tk.FallBack(7, failed))
		},
		"a request while one is under way": func(t *testing.T, tk *domain.Ticket) {
			require.False(t, tk.RequestClassification(later(1)))
		},
		"reopening what is open":      func(_ *testing.T, tk *domain.Ticket) { tk.Reopen(later(1)) },
		"an act by a clock that lags": func(_ *testing.T, tk *domain.Ticket) { tk.Close(later(-1)) },
	} {
		t.Run("and not for "+name, func(t *testing.T) {
			t.Parallel()
			tk := newTicket(t)
			change(t, &tk)
			require.Equal(t, later(0), tk.UpdatedAt())
		})
	}
}

func TestATicketKnowsWhenItWasClosed(t *testing.T) {
	t.Parallel()
	tk := newTicket(t)
	require.Nil(t, tk.Snapshot().ClosedAt)
	tk.Close(later(1))
	tk.Close(later(2))
	require.Equal(t, later(1), *tk.Snapshot().ClosedAt, "the first time counts")
	tk.Reopen(later(3))
	require.Nil(t, tk.Snapshot().ClosedAt)
	tk.Close(later(4))
	require.Equal(t, later(4), *tk.Snapshot().ClosedAt)
}

// A program before these fields reopens tickets and changes labels without them.
func TestTimesThatContradictTheRestAreMended(t *testing.T) {
	t.Parallel()
	s := domain.TicketSnapshot{
		ID: 1, Title: "t", Description: "d", Status: domain.StatusOpen, AIStatus: domain.AIStatusPending,
		CreatedAt: noon, ClosedAt: new(later(1)), Round: 1, Version: 1,
	}
	tk, err := domain.RestoreTicket(s)
	require.NoError(t, err)
	require.Equal(t, later(0), tk.UpdatedAt())
	require.Nil(t, tk.Snapshot().ClosedAt)
}

func TestTheRecordNamesTheKeyOfThePersonWhoDecided(t *testing.T) {
	t.Parallel()
	tk := newTicket(t)
	require.True(t, tk.Classify(1, success(t), domain.ReviewSample{}))
	tk.Correct(domain.CategoryBilling, domain.PriorityLow, "helpdesk", noon)
	require.NoError(t, tk.Confirm("lead", noon))
	var by []string
	for _, e := range tk.NewEntries() {
		by = append(by, e.By)
	}
	require.Equal(t, []string{"", "helpdesk", "lead"}, by)
}
