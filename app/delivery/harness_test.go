package delivery_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/delivery"
	"ticketd/domain"
	"ticketd/ports"
)

// sent is a request that a receiver got.
type sent struct {
	webhook domain.WebhookID
	event   int64
	ticket  domain.TicketID
}

// receivers answer as answer says.
type receivers struct {
	mu     sync.Mutex
	got    []sent
	flying map[domain.WebhookID]int
	most   int // in flight to one receiver
	answer func(ctx context.Context, s sent) ports.SendResult
}

func (r *receivers) Send(ctx context.Context, w domain.Webhook, e domain.Event) ports.SendResult {
	s := sent{w.ID, e.ID, e.Ticket.ID}
	r.mu.Lock()
	r.got = append(r.got, s)
	r.flying[w.ID]++
	r.most = max(r.most, r.flying[w.ID])
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.flying[w.ID]--
	}()
	if r.answer == nil {
		return ports.SendResult{Status: 204}
	}
	return r.answer(ctx, s)
}

// to lists the events that a webhook got, in order.
func (r *receivers) to(id domain.WebhookID) []int64 {
	return r.where(func(s sent) bool { return s.webhook == id })
}

// of lists the events of a ticket that arrived, in order.
func (r *receivers) of(id domain.TicketID) []int64 {
	return r.where(func(s sent) bool { return s.ticket == id })
}

// atOnce is how many requests were in flight to one receiver at most.
func (r *receivers) atOnce() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.most
}

func (r *receivers) where(match func(sent) bool) (events []int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.got {
		if match(s) {
			events = append(events, s.event)
		}
	}
	return events
}

// slow answers after d.
func slow(ctx context.Context, d time.Duration) ports.SendResult {
	select {
	case <-time.After(d):
		return ports.SendResult{Status: 204}
	case <-ctx.Done():
		return ports.SendResult{Error: "interrupted"}
	}
}

var failing = ports.SendResult{Status: 503, Error: "http_503"}

func webhooks(n int) (list []domain.Webhook) {
	for i := range n {
		list = append(list, domain.Webhook{
			ID: domain.WebhookID(i + 1), URL: "https://hooks.example.com/secret?token=secret", Active: true,
		})
	}
	return list
}

// journal is the log.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// tally counts the tries.
type tally struct {
	mu   sync.Mutex
	ends map[domain.DeliveryState]int
}

func (m *tally) Tried(end ports.DeliveryEnd) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ends[end.State]++
}

// run runs an engine for the length of test, in the bubble's own time, and drains it.
func run(
	t *testing.T, q *queue, answer func(context.Context, sent) ports.SendResult,
	test func(e *delivery.Engine, r *receivers, log *journal),
) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &receivers{flying: map[domain.WebhookID]int{}, answer: answer}
		m := &tally{ends: map[domain.DeliveryState]int{}}
		var log journal
		e := delivery.New(q, q, r, m, slog.New(slog.NewJSONHandler(&log, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			e.Run(ctx)
		}()
		synctest.Wait()
		test(e, r, &log)
		cancel()
		<-ended
		require.NoError(t, e.Drain(context.Background()))
		require.Zero(t, e.InFlight())
		require.Equal(t, q.count(domain.DeliveryDelivered), m.ends[domain.DeliveryDelivered])
		require.NotContains(t, log.String(), "secret")
	})
}

// settle lets time pass and then stands still.
func settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
