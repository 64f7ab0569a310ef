package classification_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// counted makes a ClassifyNow that tells counts.
func counted(s stores.Store, c domain.Classifier, counts ports.Meter) *classification.ClassifyNow {
	limits := classification.ClassifyLimits{Timeout: fakes.Limit, Policy: fakes.Soon(5)}
	return classification.NewClassifyNow(s, c, limits, fakes.Clock, counts, fakes.Quiet)
}

func TestWhatARequestsClassificationIsCountedAs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script []error
		want   map[string]int
	}{
		"a verdict": {nil, map[string]int{"attempted": 1, "ended": 1}},
		"a verdict at the second call": {
			[]error{domain.ErrThrottled},
			map[string]int{"attempted classifier_throttled": 1, "retried": 1, "attempted": 1, "ended": 1},
		},
		"a fallback": {
			[]error{domain.ErrBadAnswer, domain.ErrBadAnswer},
			map[string]int{"attempted bad_answer": 2, "retried": 1, "ended bad_answer": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, counts := stores.SQLite(t), &fakes.Tally{}
			uc := counted(s, &fakes.Scripted{Script: c.script}, counts)
			uc.Start(t.Context(), fakes.Add(t, s, 1, uc.Lease())[0], uc.Lease())
			require.Equal(t, c.want, counts.All())
			require.Zero(t, uc.InFlight())
		})
	}

	t.Run("one that a person overtook is paid for and counts no more", func(t *testing.T) {
		t.Parallel()
		s, counts := stores.SQLite(t), &fakes.Tally{}
		uc := counted(s, &fakes.Scripted{}, counts)
		claimed := fakes.Add(t, s, 1, uc.Lease())[0]
		_, err := app.NewEditTicket(s, fakes.Clock, counts).Handle(t.Context(), claimed.ID(),
			app.TicketEdit{Category: domain.CategoryTechnical})
		require.NoError(t, err)
		uc.Start(t.Context(), claimed, uc.Lease())
		require.Equal(t, map[string]int{"attempted": 1}, counts.All())
	})

	t.Run("a left-over whose attempts are spent is a fallback without a call", func(t *testing.T) {
		t.Parallel()
		s, counts := stores.SQLite(t), &fakes.Tally{}
		uc := counted(s, &fakes.Scripted{}, counts)
		require.NoError(t, uc.Finish(t.Context(), ports.Claim{Ticket: fakes.AddOne(t, s), Attempt: 6}))
		require.Equal(t, map[string]int{"ended attempts_spent": 1}, counts.All())
	})
}

func TestWhatAWorkerIsCountedAs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script []error
		want   map[string]int
	}{
		"a verdict": {nil, map[string]int{"attempted": 1, "ended": 1}},
		"a retry": {
			[]error{domain.ErrClassifierUnavailable},
			map[string]int{"attempted classifier_unavailable": 1, "retried": 1, "swept due": 1, "attempted": 1,
				"ended": 1},
		},
		"a dead letter": {[]error{domain.ErrClassifierKey},
			map[string]int{"attempted classifier_key": 1, "ended classifier_key": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counts := &fakes.Tally{}
			b := newCountedBench(t, &fakes.Scripted{Script: c.script},
				classification.WorkerLimits{Slots: 2, Policy: fakes.Soon(3)}, counts)
			b.take(fakes.AddOne(t, b.store).ID())
			b.sweep()
			fakes.Eventually(t, "the round is over and counted", func() bool {
				got := counts.All()
				return len(got) > 0 && got["ended"]+got["ended classifier_key"] > 0
			})
			b.stop()
			b.sweeps.Wait()
			got := counts.All()
			if got["swept due"] == 0 {
				delete(got, "swept due") // sweeps that found nothing
			}
			require.Equal(t, c.want, got)
			require.False(t, b.worker.Paused())
		})
	}

	t.Run("a worker that the provider slows down says so", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, fakes.Failing(domain.ErrThrottled),
			classification.WorkerLimits{Slots: 2, Policy: fakes.Soon(3)})
		b.take(fakes.AddOne(t, b.store).ID())
		fakes.Eventually(t, "it pauses", b.worker.Paused)
		fakes.Eventually(t, "the pause ends, whether or not a call got through",
			func() bool { return !b.worker.Paused() })
	})
}

func TestWhatEventsAreCountedAs(t *testing.T) {
	t.Parallel()
	s, counts, q := stores.SQLite(t), &fakes.Tally{}, &line{}
	fresh := fakes.AddOne(t, s)
	classification.NewAnnounceTicket(q, counts, fakes.Quiet).Start(t.Context(), fresh, ports.Lease{})
	q.err = domain.ErrStoreUnavailable
	classification.NewAnnounceTicket(q, counts, fakes.Quiet).Start(t.Context(), fresh, ports.Lease{})
	require.Equal(t, map[string]int{"announced": 1, "announced store_unavailable": 1}, counts.All())

	q.err = nil
	soonLost := lostAtOnce{s}
	n, err := classification.NewAnnounceLost(soonLost, q, counts, fakes.Quiet).Handle(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, map[string]int{"announced": 2, "announced store_unavailable": 1, "swept lost": 1},
		counts.All())

	fakes.Add(t, s, 3, ports.Lease{})
	q.err, q.ok = domain.ErrStoreUnavailable, 2
	n, err = classification.NewAnnounceLost(soonLost, q, counts, fakes.Quiet).Handle(t.Context())
	require.ErrorIs(t, err, domain.ErrStoreUnavailable)
	require.Equal(t, 2, n)
	require.Equal(t, 4, counts.All()["announced"],
		"those that were published before the queue failed are no failures")
	require.Equal(t, 1+2, counts.All()["announced store_unavailable"])
}

// line is a queue that keeps nothing.
type line struct {
	err error
	ok  int // how many events it takes before it fails with err
}

func (l *line) Announce(context.Context, domain.Ticket) error {
	if l.ok > 0 {
		l.ok--
		return nil
	}
	return l.err
}

func (l *line) Ping(context.Context) error { return nil }

func (l *line) OldestWaiting(context.Context) (time.Duration, bool, error) { return 0, false, nil }

// lostAtOnce takes events for lost that are not old.
type lostAtOnce struct{ ports.LostTaker }

func (l lostAtOnce) TakeLost(ctx context.Context, limit int, _ time.Duration) ([]domain.Ticket, error) {
	return l.LostTaker.TakeLost(ctx, limit, time.Microsecond)
}
