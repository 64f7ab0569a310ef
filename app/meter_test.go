package app_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// tally is a meter that counts what it is told, by a word for each.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

var _ ports.Meter = (*tally)(nil)

func (c *tally) add(word string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[word] += n
}

func (c *tally) all() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.counts)
}

func outcome(word string, err error) string {
	if err != nil {
		return word + " " + domain.CodeOf(err)
	}
	return word
}

func (c *tally) Attempted(a domain.Attempt)     { c.add(outcome("attempted", a.Err), 1) }
func (c *tally) Retried()                       { c.add("retried", 1) }
func (c *tally) Ended(last domain.Attempt)      { c.add(outcome("ended", last.Err), 1) }
func (c *tally) Cascaded(second bool)           { c.add(fmt.Sprint("second stage ", second), 1) }
func (c *tally) Announced(n int, err error)     { c.add(outcome("announced", err), n) }
func (c *tally) Swept(found ports.Found, n int) { c.add("swept "+string(found), n) }
func (c *tally) Corrected(field ports.Field)    { c.add("corrected "+string(field), 1) }
func (c *tally) Confirmed()                     { c.add("confirmed", 1) }
func (c *tally) Healed()                        { c.add("healed", 1) }

func TestWhatARequestsClassificationIsCountedAs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script []error
		want   map[string]int
	}{
		"a verdict": {nil, map[string]int{"attempted": 1, "ended": 1}},
		"a verdict at the second call": {
			[]error{domain.ErrThrottled}, map[string]int{"attempted classifier_throttled": 1, "retried": 1, "attempted": 1, "ended": 1},
		},
		"a fallback": {
			[]error{domain.ErrBadAnswer, domain.ErrBadAnswer},
			map[string]int{"attempted bad_answer": 2, "retried": 1, "ended bad_answer": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, counts := newStore(t), &tally{}
			uc := app.NewClassifyNow(s, &scripted{script: c.script}, app.ClassifyLimits{Timeout: limit, Policy: soon(5)}, clock, counts, quiet)
			uc.Start(t.Context(), add(t, s, 1, uc.Lease())[0])
			require.Equal(t, c.want, counts.all())
			require.Zero(t, uc.InFlight())
		})
	}

	t.Run("one that a person overtook is paid for and counts no more", func(t *testing.T) {
		t.Parallel()
		s, counts := newStore(t), &tally{}
		uc := app.NewClassifyNow(s, &scripted{}, app.ClassifyLimits{Timeout: limit, Policy: soon(5)}, clock, counts, quiet)
		claimed := add(t, s, 1, uc.Lease())[0]
		_, err := app.NewEditTicket(s, clock, counts).Handle(t.Context(), claimed.ID(), app.TicketEdit{Category: domain.CategoryTechnical})
		require.NoError(t, err)
		uc.Start(t.Context(), claimed)
		require.Equal(t, map[string]int{"attempted": 1}, counts.all())
	})

	t.Run("a left-over whose attempts are spent is a fallback without a call", func(t *testing.T) {
		t.Parallel()
		s, counts := newStore(t), &tally{}
		uc := app.NewClassifyNow(s, &scripted{}, app.ClassifyLimits{Timeout: limit, Policy: soon(5)}, clock, counts, quiet)
		require.NoError(t, uc.Finish(t.Context(), ports.Claim{Ticket: addOne(t, s), Attempt: 6}))
		require.Equal(t, map[string]int{"ended attempts_spent": 1}, counts.all())
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
			map[string]int{"attempted classifier_unavailable": 1, "retried": 1, "swept due": 1, "attempted": 1, "ended": 1},
		},
		"a dead letter": {[]error{domain.ErrClassifierKey}, map[string]int{"attempted classifier_key": 1, "ended classifier_key": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counts := &tally{}
			b := newCountedBench(t, &scripted{script: c.script}, app.WorkerLimits{Slots: 2, Policy: soon(3)}, counts)
			b.take(addOne(t, b.store).ID())
			b.sweep()
			eventually(t, "the round is over and counted", func() bool {
				got := counts.all()
				return len(got) > 0 && got["ended"]+got["ended classifier_key"] > 0
			})
			b.stop()
			b.sweeps.Wait()
			got := counts.all()
			if got["swept due"] == 0 {
				delete(got, "swept due") // sweeps that found nothing
			}
			require.Equal(t, c.want, got)
			require.False(t, b.worker.Paused())
		})
	}

	t.Run("a worker that the provider slows down says so", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, failing(domain.ErrThrottled), app.WorkerLimits{Slots: 2, Policy: soon(3)})
		b.take(addOne(t, b.store).ID())
		eventually(t, "it pauses", b.worker.Paused)
		eventually(t, "the pause ends, whether or not a call got through", func() bool { return !b.worker.Paused() })
	})
}

func TestWhatPeoplesEditsAreCountedAs(t *testing.T) {
	t.Parallel()
	s, counts := newStore(t), &tally{}
	edit := app.NewEditTicket(s, clock, counts)
	classify := app.NewClassifyNow(s, &scripted{script: []error{nil, domain.ErrClassifierKey}}, app.ClassifyLimits{Timeout: limit, Policy: soon(5)}, clock, ports.NoMeter{}, quiet)
	classified, fallen := classify.Start(t.Context(), addOne(t, s)).ID(), classify.Start(t.Context(), addOne(t, s)).ID()
	for _, e := range []struct {
		id   domain.TicketID
		edit app.TicketEdit
		want map[string]int
	}{
		{classified, app.TicketEdit{Status: domain.StatusClosed}, nil},
		{classified, app.TicketEdit{Confirmed: true}, map[string]int{"confirmed": 1}},
		{classified, app.TicketEdit{Confirmed: true}, map[string]int{"confirmed": 1}},
		{classified, app.TicketEdit{Category: domain.CategoryTechnical}, map[string]int{"confirmed": 1, "corrected category": 1}},
		{classified, app.TicketEdit{Category: domain.CategoryTechnical}, map[string]int{"confirmed": 1, "corrected category": 1}},
		{classified, app.TicketEdit{Priority: domain.PriorityLow, Confirmed: true}, map[string]int{"confirmed": 1, "corrected category": 1, "corrected priority": 1}},
		{fallen, app.TicketEdit{Category: domain.CategoryTechnical}, map[string]int{"confirmed": 1, "corrected category": 1, "corrected priority": 1}},
	} {
		_, err := edit.Handle(t.Context(), e.id, e.edit)
		require.NoError(t, err)
		require.Equal(t, e.want, counts.all())
	}
	_, err := edit.Handle(t.Context(), fallen+1, app.TicketEdit{Confirmed: true})
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
	require.Equal(t, 1, counts.all()["confirmed"])
}

func TestWhatEventsAreCountedAs(t *testing.T) {
	t.Parallel()
	s, counts, q := newStore(t), &tally{}, &line{}
	fresh := addOne(t, s)
	app.NewAnnounceTicket(q, counts, quiet).Start(t.Context(), fresh)
	q.err = domain.ErrStoreUnavailable
	app.NewAnnounceTicket(q, counts, quiet).Start(t.Context(), fresh)
	require.Equal(t, map[string]int{"announced": 1, "announced store_unavailable": 1}, counts.all())

	q.err = nil
	soonLost := lostAtOnce{s}
	n, err := app.NewAnnounceLost(soonLost, q, counts, quiet).Handle(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, map[string]int{"announced": 2, "announced store_unavailable": 1, "swept lost": 1}, counts.all())
}

// line is a queue that keeps nothing.
type line struct{ err error }

func (l *line) Announce(context.Context, ...domain.Ticket) error { return l.err }

func (l *line) OldestWaiting(context.Context) (time.Duration, bool, error) { return 0, false, l.err }

// lostAtOnce takes events for lost that are not old.
type lostAtOnce struct{ ports.LostTaker }

func (l lostAtOnce) TakeLost(ctx context.Context, limit int, _ time.Duration) ([]domain.Ticket, error) {
	return l.LostTaker.TakeLost(ctx, limit, time.Microsecond)
}
