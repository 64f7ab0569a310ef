package classification_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// world is a store, a queue and workers on one clock that a test moves.
type world struct {
	now       time.Duration
	announced []time.Duration // by ticket: asked for or announced last
	claimed   []bool
	events    []event
	sent      int
	away      bool
}

type event struct {
	ticket int
	at     time.Duration
}

var errAway = &domain.Error{Kind: domain.KindUnavailable, Code: "redis_unavailable", Message: "away"}

func (w *world) Announce(_ context.Context, t domain.Ticket) error {
	if w.away {
		return errAway
	}
	w.events = append(w.events, event{int(t.ID()) - 1, w.now})
	w.sent++
	return nil
}

func (w *world) Ping(context.Context) error {
	if w.away {
		return errAway
	}
	return nil
}

func (w *world) OldestWaiting(context.Context) (time.Duration, bool, error) {
	if w.away {
		return 0, false, errAway
	}
	if len(w.events) == 0 {
		return 0, false, nil
	}
	return w.now - w.events[0].at, true, nil
}

func (w *world) TakeLost(_ context.Context, limit int, idle time.Duration) ([]domain.Ticket, error) {
	var lost []domain.Ticket
	for i, at := range w.announced {
		if !w.claimed[i] && w.now-at > idle && len(lost) < limit {
			w.announced[i] = w.now
			lost = append(lost, domain.Ticket{}.Stored(domain.TicketID(i+1)))
		}
	}
	return lost, nil
}

// create stores n tickets and announces them, as the API does: a queue that is away does not make it fail.
func (w *world) create(n int) {
	for range n {
		w.announced, w.claimed = append(w.announced, w.now), append(w.claimed, false)
		_ = w.Announce(context.Background(), domain.Ticket{}.Stored(domain.TicketID(len(w.claimed))))
	}
}

func (w *world) handle(n int) {
	if w.away {
		return
	}
	n = min(n, len(w.events))
	for _, e := range w.events[:n] {
		w.claimed[e.ticket] = true
	}
	w.events = w.events[n:]
}

func (w *world) pending() int {
	n := 0
	for _, c := range w.claimed {
		if !c {
			n++
		}
	}
	return n
}

// second lets everybody work for a second; every five the processes look for lost events.
func (w *world) second(t require.TestingT, uc *classification.AnnounceLost, created, handled, processes int) {
	w.now += time.Second
	w.create(created)
	w.handle(handled)
	if int(w.now/time.Second)%5 == 0 {
		for range processes {
			_, err := uc.Handle(context.Background())
			require.Equal(t, w.away, err != nil)
		}
	}
}

func TestAnHonestBacklogIsNeverMultiplied(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{}
		uc := classification.NewAnnounceLost(w, w, ports.NoMeter{}, fakes.Quiet)
		processes := rapid.IntRange(1, 4).Draw(t, "processes")
		for range rapid.IntRange(1, 6).Draw(t, "phases") {
			created, handled := rapid.IntRange(0, 40).Draw(t, "created"), rapid.IntRange(0, 40).Draw(t, "handled")
			for range rapid.IntRange(1, 120).Draw(t, "seconds") {
				w.second(t, uc, created, handled, processes)
			}
		}
		require.Equal(t, len(w.claimed), w.sent, "each ticket was announced once")
	})
}

func TestWhatIsLostIsAnnouncedAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{}
		uc := classification.NewAnnounceLost(w, w, ports.NoMeter{}, fakes.Quiet)
		created, handled := rapid.IntRange(1, 40).Draw(t, "created"), rapid.IntRange(10, 60).Draw(t, "handled")
		run := func(seconds int) {
			for range seconds {
				w.second(t, uc, created, handled, 2)
			}
		}
		run(rapid.IntRange(0, 60).Draw(t, "before"))
		if w.away = rapid.Bool().Draw(t, "away"); w.away {
			run(rapid.IntRange(1, 60).Draw(t, "while away"))
			w.away = false
		}
		if rapid.Bool().Draw(t, "empty") {
			w.events = nil
		}
		run(rapid.IntRange(0, 10).Draw(t, "after"))
		before := w.pending()
		created = 0
		// The backlog is done, then what was lost is found and done.
		run(before/handled + 30 + before/handled)
		require.Zero(t, w.pending())
		require.Less(t, w.sent, 2*len(w.claimed)+1)
	})
}

func TestManyLostEventsAreAnnouncedInOneGo(t *testing.T) {
	t.Parallel()
	w := &world{}
	w.away = true
	w.create(1700)
	w.away, w.now = false, time.Minute
	n, err := classification.NewAnnounceLost(w, w, ports.NoMeter{}, fakes.Quiet).Handle(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1700, n)
	require.Len(t, w.events, 1700)
}

func TestWhileNoEventPassesWorkersDoWithout(t *testing.T) {
	t.Parallel()
	w := &world{}
	uc := classification.NewAnnounceLost(w, w, ports.NoMeter{}, fakes.Quiet)
	require.Zero(t, uc.Forgotten(), "until the first look events count as passing")
	w.away = true
	w.create(1)
	w.now = time.Minute
	_, err := uc.Handle(t.Context())
	require.ErrorIs(t, err, errAway)
	require.Equal(t, []time.Duration{0}, w.announced, "nothing is marked as announced")
	require.Equal(t, 10*time.Second, uc.Forgotten())
	w.away = false
	_, err = uc.Handle(t.Context())
	require.NoError(t, err)
	require.Zero(t, uc.Forgotten())
}

// deaf is a queue that takes nothing in, slowly.
type deaf struct {
	mu   sync.Mutex
	took time.Duration
}

func (d *deaf) Announce(ctx context.Context, _ domain.Ticket) error {
	began := time.Now()
	<-ctx.Done()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.took = time.Since(began)
	return errAway
}

func TestAnnounceTicket(t *testing.T) {
	t.Parallel()

	t.Run("a queue that hangs costs half a second and no failure, whatever the client does", func(t *testing.T) {
		t.Parallel()
		s, queue := &fakes.Faulty{Store: stores.SQLite(t)}, &deaf{}
		create := app.NewCreateTicket(s, s, classification.NewAnnounceTicket(queue, ports.NoMeter{}, fakes.Quiet),
			fakes.Clock)
		stored, err := create.Handle(t.Context(), app.NewTicket{Title: "Title", Description: "Description"})
		require.NoError(t, err)
		require.Equal(t, domain.AIStatusPending, stored.AIStatus())
		require.InDelta(t, 0.5, queue.took.Seconds(), 0.4)
		require.Equal(t, stored, fakes.Load(t, s, stored.ID()))
	})

	t.Run("the event is sent though the client has gone", func(t *testing.T) {
		t.Parallel()
		w := &world{}
		ctx, leave := context.WithCancel(t.Context())
		leave()
		classification.NewAnnounceTicket(w, ports.NoMeter{}, fakes.Quiet).Start(ctx, domain.Ticket{}.Stored(1),
			ports.Lease{})
		require.Len(t, w.events, 1)
	})

	t.Run("a new ticket is free for the workers at once", func(t *testing.T) {
		t.Parallel()
		s, w := &fakes.Faulty{Store: stores.SQLite(t)}, &world{}
		create := app.NewCreateTicket(s, s, classification.NewAnnounceTicket(w, ports.NoMeter{}, fakes.Quiet),
			fakes.Clock)
		stored, err := create.Handle(t.Context(), app.NewTicket{Title: "Title", Description: "Description"})
		require.NoError(t, err)
		_, err = s.ClaimTicket(t.Context(), stored.ID(), ports.Lease{Time: time.Second})
		require.NoError(t, err)
	})
}
