package classification_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// claimers is a store of one claimer at a time, which fails and forgets it as a test says.
type claimers struct {
	mu      sync.Mutex
	last    ports.ClaimerID
	gone    bool
	dead    int // claims of others
	err     error
	beats   int
	looks   int
	retired []ports.ClaimerID
}

func (c *claimers) Enlist(context.Context) (ports.ClaimerID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.last++
		c.gone = false
	}
	return c.last, c.err
}

func (c *claimers) Beat(_ context.Context, id ports.ClaimerID) (alive, dead bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beats++
	return id == c.last && !c.gone, c.dead > 0, c.err
}

func (c *claimers) EndDead(context.Context, ports.ClaimerID) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ended := c.dead
	c.dead = 0
	c.looks++
	return ended, c.err
}

func (c *claimers) Retire(_ context.Context, id ports.ClaimerID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.retired = append(c.retired, id)
	return c.err
}

func (c *claimers) change(do func(c *claimers)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do(c)
}

// jumpy is a clock that a test puts forward.
type jumpy struct{ ahead atomic.Int64 }

func (j *jumpy) Now() time.Time { return time.Now().Add(time.Duration(j.ahead.Load())) }

func (j *jumpy) jump(d time.Duration) { j.ahead.Add(int64(d)) }

// paused is a process that stands still between a claim and the call that it is for.
type paused struct {
	claimers claimers
	clock    jumpy
	heart    *classification.Heart
	woken    atomic.Bool
	early    atomic.Bool // a call began before
	model    fakes.Scripted
}

func newPaused(t *testing.T) *paused {
	t.Helper()
	p := &paused{}
	p.heart = classification.NewHeart(&p.claimers, &p.clock, fakes.Quiet)
	require.NoError(t, p.heart.Beat(t.Context()))
	return p
}

func (p *paused) Classify(ctx context.Context, text domain.Text) (domain.Answer, error) {
	if !p.woken.Load() {
		p.early.Store(true)
	}
	return p.model.Classify(ctx, text)
}

// wake lets the heart beat again.
func (p *paused) wake(t *testing.T) {
	t.Helper()
	p.woken.Store(true)
	require.NoError(t, p.heart.Beat(t.Context()))
}

// pauses lie between a claim and its call.
var pauses = map[string]struct {
	time    time.Duration
	gone    bool // others took the process for dead meanwhile
	calls   int32
	attempt int // that the next claim is for
}{
	"a claim that held is used after the next beat":      {time: 5 * time.Second, calls: 1},
	"one that others ended is not":                       {time: 5 * time.Second, gone: true, attempt: 1},
	"nor one that would end while the call is under way": {time: 16 * time.Second, attempt: 1},
}

func TestAWorkerThatPausedPaysForNoClaimThatItLost(t *testing.T) {
	t.Parallel()
	for name, c := range pauses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPaused(t)
			b := newBench(t, p, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(1), Heart: p.heart})
			b.store.OnClaim = func(
				ctx context.Context, id domain.TicketID, lease ports.Lease,
			) (ports.Claim, error) {
				claim, err := b.store.Store.ClaimTicket(ctx, id, lease)
				p.clock.jump(c.time)
				return claim, err
			}
			ticket := fakes.AddOne(t, b.store)
			b.take(ticket.ID())
			p.claimers.change(func(s *claimers) { s.gone = c.gone })
			p.wake(t)
			fakes.Eventually(t, "the slot is free again", func() bool { return b.worker.InFlight() == 0 })
			require.False(t, p.early.Load(), "no call before it is clear whether the claim holds")
			require.Equal(t, c.calls, p.model.Calls.Load())
			due, err := b.store.Store.ClaimDue(t.Context(), 1, ports.Lease{Time: time.Hour}, 0)
			require.NoError(t, err)
			if c.calls > 0 {
				require.Empty(t, due)
				return
			}
			require.Len(t, due, 1, "it is free at once")
			require.Equal(t, c.attempt, due[0].Attempt, "nobody called")
		})
	}
}

func TestAServerThatPausedPaysForNoClaimThatItLost(t *testing.T) {
	t.Parallel()
	for name, c := range pauses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := newPaused(t), &fakes.Faulty{Store: stores.SQLite(t)}
			limits := classification.ClassifyLimits{Timeout: fakes.Limit, Policy: fakes.Soon(3), Heart: p.heart}
			uc := classification.NewClassifyNow(s, p, limits, fakes.Clock, ports.NoMeter{}, fakes.Quiet)
			lease := uc.Lease()
			ticket := fakes.Add(t, s, 1, lease)[0]
			p.clock.jump(c.time)
			answered := make(chan domain.Ticket)
			go func() { answered <- uc.Start(t.Context(), ticket, lease) }()
			fakes.Eventually(t, "it is under way", func() bool {
				return uc.InFlight() == 1 || c.time > 15*time.Second
			})
			p.claimers.change(func(s *claimers) { s.gone = c.gone })
			p.wake(t)
			got := <-answered
			require.False(t, p.early.Load(), "no call before it is clear whether the claim holds")
			require.Equal(t, c.calls, p.model.Calls.Load())
			if c.calls == 0 {
				require.Equal(t, ticket, got, "as it was")
				require.Empty(t, fakes.Record(t, s, ticket.ID()))
			} else {
				require.Equal(t, domain.AIStatusDone, got.AIStatus())
			}
		})
	}
}

func TestAHeartBeatsLooksAfterOthersAndRetires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines bytes.Buffer
		s := &claimers{}
		h := classification.NewHeart(s, ports.ClockFunc(time.Now), slog.New(slog.NewTextHandler(&lines, nil)))
		require.NoError(t, h.Beat(t.Context()))
		ctx, stop := context.WithCancel(t.Context())
		var ended sync.WaitGroup
		ended.Go(func() { h.Run(ctx) })
		after := func(d time.Duration) {
			s.change(func(*claimers) {}) // what was read here is read before what is written now
			time.Sleep(d)                // of the bubble
			synctest.Wait()
		}

		after(9 * time.Second)
		require.Equal(t, 4, s.beats)
		require.Equal(t, 1, s.looks, "once at the start")
		after(22 * time.Second)
		require.Equal(t, 2, s.looks, "strays are looked for now and then")
		s.change(func(s *claimers) { s.dead = 3 })
		after(2 * time.Second)
		require.Equal(t, 3, s.looks, "and what a dead one held at once")
		require.Contains(t, lines.String(), "its tickets are taken over\" count=3")

		s.change(func(s *claimers) { s.err = domain.ErrStoreUnavailable })
		beats := s.beats
		after(10 * time.Second)
		require.Greater(t, s.beats-beats, 15, "a beat that failed is tried again soon")
		s.change(func(s *claimers) { s.err = nil })
		after(time.Second)
		require.Equal(t, 1, strings.Count(lines.String(), "the heartbeat does not reach the store"))
		require.Equal(t, 1, strings.Count(lines.String(), "the heartbeat reaches the store again"))
		require.EqualValues(t, 1, s.last, "it is still the same")

		s.change(func(s *claimers) { s.gone = true })
		after(2 * time.Second)
		require.EqualValues(t, 2, s.last)
		require.Contains(t, lines.String(), "this process was taken for dead")
		stop()
		ended.Wait()
		require.Equal(t, []ports.ClaimerID{2}, s.retired)
	})
}
