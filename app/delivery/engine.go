// Package delivery brings events to the receivers of webhooks. Every server and every worker runs an Engine;
// the store shares the deliveries out among them.
package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// slots bounds what one process has in flight. It is many times perWebhook, so that receivers that do not
	// answer leave room for the others.
	slots = 1024
	// perWebhook bounds what all processes have in flight to one receiver.
	perWebhook = 32
	// claimBatch is how many deliveries one step claims at most.
	claimBatch = 64
	// gatherTime is how long an end waits for others, so that they are stored, and the next ones claimed,
	// together.
	gatherTime = 3 * time.Millisecond
	// fanOutBatch is how many events one step hands out at most, to each webhook.
	fanOutBatch = 500
	// pollInterval is how often events and due deliveries are looked for.
	pollInterval = 250 * time.Millisecond
	// lookInterval is how often an Engine looks whether there are webhooks. While there are none it does nothing
	// else.
	lookInterval = 3 * time.Second
	// lease outlasts a try and the storing of its end. A killed process's deliveries are tried again after it.
	lease = domain.AnswerTime + 15*time.Second
	// storeTime bounds one call of the store. A stop does not cut it off: it may have reached the rows.
	storeTime = 5 * time.Second
)

// storeAway is how a store that is away is tried again.
var storeAway = domain.RetryPolicy{
	MaxAttempts: math.MaxInt, Base: 250 * time.Millisecond, Cap: 250 * time.Millisecond,
}

// webhookLister tells whether there are webhooks.
type webhookLister interface {
	ListWebhooks(ctx context.Context, p ports.Page) (ports.Slice[domain.Webhook], error)
}

// Engine hands events out to webhooks and delivers them. What it has in hand stands in the store: a process
// that is killed costs a repetition and loses nothing.
type Engine struct {
	queue    ports.DeliveryQueue
	webhooks webhookLister
	sender   ports.WebhookSender
	meter    ports.DeliveryMeter
	log      *slog.Logger

	due  bell // wakes the loop of claims
	none atomic.Bool

	inFlight atomic.Int64 // deliveries from their claim until their end is stored
	wg       sync.WaitGroup
	life     context.Context // ends when a stop takes too long
	hardStop context.CancelFunc
	ends     ends
}

// New wires the use case.
func New(
	queue ports.DeliveryQueue, webhooks webhookLister, sender ports.WebhookSender, meter ports.DeliveryMeter,
	log *slog.Logger,
) *Engine {
	e := &Engine{
		queue: queue, webhooks: webhooks, sender: sender, meter: meter, log: log,
		due: make(bell, 1),
	}
	e.life, e.hardStop = context.WithCancel(context.Background())
	return e
}

// InFlight returns how many deliveries are under way.
func (e *Engine) InFlight() int { return int(e.inFlight.Load()) }

// Run delivers until ctx ends. It does not wait for what is in flight then: Drain does.
func (e *Engine) Run(ctx context.Context) {
	var loops sync.WaitGroup
	loops.Go(func() { e.fanOut(ctx) })
	loops.Go(func() { e.claim(ctx) })
	loops.Wait()
}

// Drain waits for what is in flight after Run returned. If ctx ends first, the requests are cut off, and the
// leases in the store bring their deliveries back.
func (e *Engine) Drain(ctx context.Context) error {
	inTime := context.AfterFunc(ctx, e.hardStop)
	e.wg.Wait()
	if !inTime() {
		return fmt.Errorf("webhook deliveries were still in flight: %w", ctx.Err())
	}
	return nil
}

// fanOut hands out events as they come.
func (e *Engine) fanOut(ctx context.Context) {
	outage := retry.NewOutage(e.log,
		"events cannot be handed out to webhooks; they wait", "events are handed out to webhooks again")
	var looked time.Time
	for ctx.Err() == nil {
		if e.none.Load() || time.Since(looked) >= lookInterval {
			outage.Note(ctx, e.look(ctx))
			looked = time.Now()
		}
		if e.none.Load() {
			_ = retry.Pause(ctx, lookInterval)
			continue
		}
		more, err := e.fanOutOnce(ctx)
		outage.Note(ctx, err)
		if !more {
			_ = retry.Pause(ctx, pollInterval)
		}
	}
}

// look notes whether there are webhooks. While the store cannot tell, there may be.
func (e *Engine) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	found, err := e.webhooks.ListWebhooks(ctx, ports.Page{Limit: 1})
	if none := err == nil && len(found.Items) == 0; e.none.Swap(none) && !none {
		e.due.ring()
	}
	return err
}

func (e *Engine) fanOutOnce(ctx context.Context) (more bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	stored, more, err := e.queue.FanOut(ctx, fanOutBatch)
	if stored > 0 {
		e.due.ring()
	}
	return more && err == nil, err
}

// claim takes up due deliveries as they come.
func (e *Engine) claim(ctx context.Context) {
	outage := retry.NewOutage(e.log,
		"webhook deliveries cannot be claimed; they wait", "webhook deliveries are claimed again")
	for ctx.Err() == nil {
		more := false
		if !e.none.Load() {
			var err error
			more, err = e.claimOnce(ctx)
			outage.Note(ctx, err)
		}
		switch {
		case more:
		case e.none.Load():
			e.due.wait(ctx, lookInterval)
		default:
			e.due.wait(ctx, pollInterval)
		}
	}
}

// claimOnce claims as many due deliveries as there are free slots, and begins to send them. It reports
// whether more may be due.
func (e *Engine) claimOnce(ctx context.Context) (more bool, err error) {
	limit := min(slots-e.InFlight(), claimBatch)
	if limit <= 0 {
		return false, nil // an end that is stored rings
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	claimed, err := e.queue.ClaimDeliveries(ctx, limit, perWebhook, lease)
	for _, d := range claimed {
		e.inFlight.Add(1)
		e.wg.Go(func() { e.send(d) })
	}
	return len(claimed) == limit, err
}

// bell wakes a loop. It rings once for any number of rings while nobody waits.
type bell chan struct{}

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// wait returns when the bell rings, after d, or when ctx ends.
func (b bell) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-b:
	case <-timer.C:
	case <-ctx.Done():
	}
}
