package people_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/stores"
)

const (
	// patience bounds every wait for something that comes soon on an idle machine.
	patience = 2 * time.Minute
	timeout  = time.Minute // of a classification
)

var (
	clock  = ports.ClockFunc(time.Now)
	quiet  = slog.New(slog.DiscardHandler)
	policy = domain.RetryPolicy{MaxAttempts: 3, Base: time.Millisecond, Cap: 5 * time.Millisecond}
)

type store = stores.Store

// server is what people use.
type server struct {
	create  *app.CreateTicket
	edit    *app.EditTicket
	request *classification.RequestClassification
}

func newServer(s store, starter classification.Starter) server {
	return server{
		app.NewCreateTicket(s, s, starter, clock), app.NewEditTicket(s, clock, ports.NoMeter{}),
		classification.NewRequestClassification(s, starter, clock),
	}
}

// synchronous are servers that classify within the request: when they have answered, nothing is in flight.
func synchronous(t *testing.T, s store, c domain.Classifier) ([]server, func() bool) {
	t.Helper()
	servers := make([]server, 3)
	for i := range servers {
		servers[i] = newServer(s,
			classification.NewClassifyNow(s, c, classification.ClassifyLimits{Timeout: timeout, Policy: policy}, clock,
				ports.NoMeter{}, quiet))
	}
	return servers, func() bool { return true }
}

// queued are servers whose tickets three workers classify, and whether nothing is in flight. Every event
// comes twice, as brokers have it.
func queued(t *testing.T, s store, c domain.Classifier) (servers []server, idle func() bool) {
	t.Helper()
	var workers []*classification.Worker
	events := make(queue, 100_000)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(stop)
	for range 3 {
		w := classification.NewWorker(s, c, nobody{},
			classification.WorkerLimits{Slots: 16, Timeout: timeout, Policy: policy}, clock, ports.NoMeter{}, quiet)
		workers = append(workers, w)
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.Sweep(ctx)
		}()
		for range 4 {
			go func() {
				for id := range events {
					if w.TakeEvent(ctx, id) != nil {
						return
					}
				}
			}()
		}
		t.Cleanup(func() {
			stop()
			<-done
			require.NoError(t, w.Drain(context.WithoutCancel(t.Context())))
		})
	}
	servers = []server{
		newServer(s, classification.NewAnnounceTicket(events, ports.NoMeter{}, quiet)),
		newServer(s, classification.NewAnnounceTicket(events, ports.NoMeter{}, quiet)),
	}
	return servers, func() bool {
		return !slices.ContainsFunc(workers, func(w *classification.Worker) bool { return w.InFlight() > 0 })
	}
}

type queue chan domain.TicketID

func (q queue) Announce(_ context.Context, t domain.Ticket) error {
	for range 2 {
		q <- t.ID()
	}
	return nil
}

// nobody keeps no dead letters.
type nobody struct{}

func (nobody) Add(context.Context, ports.DeadLetter) error { return nil }
