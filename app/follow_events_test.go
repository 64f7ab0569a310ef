package app_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// happenings is a log of events.
type happenings struct {
	ports.EventReader
	mu     sync.Mutex
	n      int64
	err    error
	looks  atomic.Int64
	listed atomic.Int64
}

func (h *happenings) happen() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n++
}

func (h *happenings) Events(
	_ context.Context, _ ports.EventFilter, after ports.EventPosition, _ int,
) (ports.EventPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listed.Add(1)
	page := ports.EventPage{Next: ports.EventPosition{ID: h.n}, End: true}
	for id := after.ID + 1; id <= h.n; id++ {
		page.Events = append(page.Events, ports.StoredEvent{Event: domain.Event{ID: id}})
	}
	return page, h.err
}

func (h *happenings) LastEvent(context.Context) (ports.EventPosition, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looks.Add(1)
	return ports.EventPosition{ID: h.n}, h.err
}

func TestManyWhoWaitShareOneLook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &happenings{}
		feed := app.NewFollowEvents(log)
		var all sync.WaitGroup
		begin := time.Now()
		for range 50 {
			all.Go(func() {
				page, err := feed.Handle(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10, 30*time.Second)
				if err != nil || len(page.Events) != 1 || time.Since(begin) > 11*time.Second {
					t.Error(err, page, time.Since(begin))
				}
			})
		}
		time.Sleep(10 * time.Second)
		log.happen()
		all.Wait()
		require.LessOrEqual(t, log.looks.Load(), int64(60), "one look for all, five a second")
		require.LessOrEqual(t, log.listed.Load(), int64(50*3))
		time.Sleep(time.Second)
		looks := log.looks.Load()
		time.Sleep(time.Minute)
		require.Equal(t, looks, log.looks.Load(), "nobody looks while nobody waits")
	})
}

func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	nothing := ports.EventPage{End: true}
	for name, end := range map[string]func(feed *app.FollowEvents, leave context.CancelFunc){
		"when the time is over":     func(*app.FollowEvents, context.CancelFunc) {},
		"when the process stops":    func(feed *app.FollowEvents, _ context.CancelFunc) { feed.Stop() },
		"when the client goes away": func(_ *app.FollowEvents, leave context.CancelFunc) { leave() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				feed := app.NewFollowEvents(&happenings{})
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				time.AfterFunc(time.Second, func() { end(feed, leave) })
				page, err := feed.Handle(ctx, ports.EventFilter{}, ports.EventPosition{}, 10, 5*time.Second)
				require.NoError(t, err)
				require.Equal(t, nothing, page)
				feed.Stop()
				_, err = feed.Handle(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10, time.Hour)
				require.NoError(t, err, "nobody waits once the process stops")
				time.Sleep(time.Second) // for the look under way
			})
		})
	}
	t.Run("when the store fails", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			log := &happenings{}
			feed := app.NewFollowEvents(log)
			time.AfterFunc(time.Second, func() {
				log.mu.Lock()
				defer log.mu.Unlock()
				log.err = domain.ErrStoreUnavailable
			})
			_, err := feed.Handle(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10, time.Hour)
			require.ErrorIs(t, err, domain.ErrStoreUnavailable)
			time.Sleep(time.Second) // for the look under way
		})
	})
}

func TestReadersThatWaitAreBounded(t *testing.T) {
	t.Parallel()
	feed := app.NewFollowEvents(&happenings{})
	var leaves []func()
	for range 100 {
		leave, err := feed.Enter()
		require.NoError(t, err)
		leaves = append(leaves, leave)
	}
	_, err := feed.Enter()
	require.ErrorIs(t, err, app.ErrTooManyFollowers)
	leaves[0]()
	_, err = feed.Enter()
	require.NoError(t, err)
}

// endlessLog has events without end, of which none matches. Each look at it calls looked.
type endlessLog struct {
	ports.EventReader
	looked func()
}

func (l endlessLog) Events(
	_ context.Context, _ ports.EventFilter, after ports.EventPosition, _ int,
) (ports.EventPage, error) {
	l.looked()
	return ports.EventPage{Next: ports.EventPosition{ID: after.ID + 1}}, nil
}

func (endlessLog) LastEvent(context.Context) (ports.EventPosition, error) {
	return ports.EventPosition{}, nil
}

func TestALongSearchForAMatchingEventEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wait time.Duration
		stop bool
	}{
		"when the time is over": {time.Millisecond, false},
		"with a stop":           {time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			looked := make(chan struct{}, 1)
			uc := app.NewFollowEvents(endlessLog{looked: func() {
				select {
				case looked <- struct{}{}:
				default:
				}
			}})
			if c.stop {
				go func() {
					<-looked
					uc.Stop()
				}()
			}
			page, err := uc.Handle(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10, c.wait)
			require.NoError(t, err)
			require.Empty(t, page.Events)
			require.Positive(t, page.Next.ID)
		})
	}
}
