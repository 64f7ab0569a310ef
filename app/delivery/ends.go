package delivery

import (
	"context"
	"sync"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// ended is a try that ended, and why its webhook is to be switched off, if it is.
type ended struct {
	ports.DeliveryEnd
	disable domain.DisableReason
}

// ends are tries that ended and are not stored yet. Those that end while others are being stored gather.
type ends struct {
	mu      sync.Mutex
	waiting []ended
	storing bool
}

// take returns what waits. Without any, whoever ends next begins to store.
func (q *ends) take() []ended {
	q.mu.Lock()
	defer q.mu.Unlock()
	batch := q.waiting
	q.waiting, q.storing = nil, len(batch) > 0
	return batch
}

// add reports whether nobody stores yet.
func (q *ends) add(one ended) (first bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	first = !q.storing
	q.waiting, q.storing = append(q.waiting, one), true
	return first
}

// end has the end of a try stored. Its slot is taken until then, so that no more is sent than can be stored.
func (e *Engine) end(one ended) {
	if e.ends.add(one) {
		e.wg.Go(func() {
			for {
				_ = retry.Pause(e.life, gatherTime) // a stop does without
				batch := e.ends.take()
				if len(batch) == 0 {
					return
				}
				e.store(batch)
				e.inFlight.Add(int64(-len(batch)))
				e.due.ring()
			}
		})
	}
}

// store waits for a store that is away. What it cannot store comes back when the lease ends.
func (e *Engine) store(batch []ended) {
	list, off := make([]ports.DeliveryEnd, len(batch)), map[domain.WebhookID]ended{}
	for i, one := range batch {
		list[i] = one.DeliveryEnd
		if one.disable != (domain.DisableReason{}) {
			off[one.Delivery.Webhook.ID] = one
		}
	}
	err := e.insist(func(ctx context.Context) error { return e.queue.EndDeliveries(ctx, list) })
	if err != nil {
		e.log.Error("the ends of webhook deliveries were not stored; they are made again",
			"count", len(list), "error", err)
	}
	for _, one := range off {
		e.disable(one)
	}
}

// disable switches a webhook off. If that fails, or somebody changed the webhook meanwhile, the next failed
// try does it.
func (e *Engine) disable(last ended) {
	done, w := false, last.Delivery.Webhook
	err := e.insist(func(ctx context.Context) (err error) {
		done, err = e.queue.DisableWebhook(ctx, w, last.disable)
		return err
	})
	about := []any{
		"webhook", w.ID, "host", host(w), "reason", last.disable.String(), "code", last.Error,
	}
	switch {
	case err != nil:
		e.log.Error("a webhook that should be switched off was not", append(about, "error", err)...)
	case done:
		e.log.Error("a webhook was switched off", about...)
	}
}

// insist repeats do while the store is away, until a stop takes too long. The call under way is then not cut
// off.
func (e *Engine) insist(do func(context.Context) error) error {
	return retry.WhileUnavailable(e.life, storeAway, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
		defer cancel()
		return do(ctx)
	})
}
