package delivery_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// row is a delivery in the queue.
type row struct {
	id       int64
	webhook  domain.WebhookID
	event    domain.Event
	state    domain.DeliveryState
	attempts int
	due      time.Time // or the end of the holder's lease
	held     bool
}

// queue keeps deliveries as the stores do, in the process's own time. A test says when it is away.
type queue struct {
	mu       sync.Mutex
	webhooks []domain.Webhook
	log      []domain.Event
	handed   int // events that were handed out
	rows     []*row
	away     bool
	lost     bool          // EndDeliveries works, but its answers get lost
	tried    int           // how often new deliveries have been tried already
	pace     time.Duration // of EndDeliveries
	calls    map[string]int
	ended    []int // sizes of the batches that were stored
	disabled map[domain.WebhookID]domain.DisableReason
}

func newQueue(webhooks ...domain.Webhook) *queue {
	return &queue{
		webhooks: webhooks, calls: map[string]int{}, disabled: map[domain.WebhookID]domain.DisableReason{},
	}
}

func (q *queue) call(name string) (unlock func(), err error) {
	q.mu.Lock()
	q.calls[name]++
	if q.away {
		err = domain.ErrStoreUnavailable
	}
	return q.mu.Unlock, err
}

// happen appends events of a ticket.
func (q *queue) happen(ticket domain.TicketID, types ...domain.EventType) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range types {
		q.log = append(q.log, domain.Event{
			ID: int64(len(q.log) + 1), Type: e, At: time.Now(), Ticket: domain.TicketSnapshot{ID: ticket},
		})
	}
}

func (q *queue) ListWebhooks(context.Context, ports.Page) (ports.Slice[domain.Webhook], error) {
	unlock, err := q.call("list")
	defer unlock()
	return ports.Slice[domain.Webhook]{Items: slices.Clone(q.webhooks)}, err
}

func (q *queue) FanOut(_ context.Context, limit int) (stored int, more bool, err error) {
	unlock, err := q.call("fan out")
	defer unlock()
	if err != nil {
		return 0, false, err
	}
	until := min(q.handed+limit, len(q.log))
	for _, e := range q.log[q.handed:until] {
		for _, w := range q.webhooks {
			stored++
			q.rows = append(q.rows, &row{
				id: int64(len(q.rows) + 1), webhook: w.ID, event: e, state: domain.DeliveryPending, due: time.Now(),
				attempts: q.tried,
			})
		}
	}
	q.handed = until
	return stored, until < len(q.log), nil
}

func (q *queue) ClaimDeliveries(
	_ context.Context, limit, each int, lease time.Duration,
) (claimed []ports.DueDelivery, err error) {
	unlock, err := q.call("claim")
	defer unlock()
	if err != nil {
		return nil, err
	}
	now, flying, seen := time.Now(), map[domain.WebhookID]int{}, map[[2]int64]bool{}
	for _, r := range q.rows {
		if r.held && r.due.After(now) {
			flying[r.webhook]++
		}
	}
	for _, r := range q.rows {
		ticket := [2]int64{int64(r.webhook), int64(r.event.Ticket.ID)}
		if r.state != domain.DeliveryPending || seen[ticket] {
			continue
		}
		seen[ticket] = true
		if r.due.After(now) || flying[r.webhook] >= each || len(claimed) == limit || !q.webhook(r.webhook).Active {
			continue
		}
		flying[r.webhook]++
		r.attempts++
		r.held, r.due = true, now.Add(lease)
		claimed = append(claimed, ports.DueDelivery{
			ID: r.id, Attempt: r.attempts, Until: r.due, Webhook: *q.webhook(r.webhook), Event: r.event,
		})
	}
	return claimed, nil
}

func (q *queue) EndDeliveries(_ context.Context, ends []ports.DeliveryEnd) error {
	time.Sleep(q.pace)
	unlock, err := q.call("end")
	defer unlock()
	if err != nil {
		return err
	}
	q.ended = append(q.ended, len(ends))
	for _, end := range ends {
		r := q.rows[end.Delivery.ID-1]
		if r.held && r.due.Equal(end.Delivery.Until) {
			r.state, r.held, r.due = end.State, false, time.Now().Add(end.Wait)
		}
	}
	if q.lost {
		q.lost = false
		return domain.ErrStoreUnavailable
	}
	return nil
}

func (q *queue) DisableWebhook(
	_ context.Context, read domain.Webhook, reason domain.DisableReason,
) (bool, error) {
	unlock, err := q.call("disable")
	defer unlock()
	w := q.webhook(read.ID)
	if err != nil || !w.Active || w.Version != read.Version {
		return false, err
	}
	w.Active, w.Disabled = false, reason
	q.disabled[w.ID] = reason
	return true, nil
}

func (q *queue) SweepDeliveries(context.Context, time.Duration, int) (int, error) { return 0, nil }

func (q *queue) webhook(id domain.WebhookID) *domain.Webhook {
	return &q.webhooks[slices.IndexFunc(q.webhooks, func(w domain.Webhook) bool { return w.ID == id })]
}

// count counts the deliveries in a state.
func (q *queue) count(s domain.DeliveryState) (n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range q.rows {
		if r.state == s {
			n++
		}
	}
	return n
}

func (q *queue) set(change func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	change()
}

func (q *queue) called(name string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.calls[name]
}
