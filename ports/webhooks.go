package ports

import (
	"context"
	"time"

	"ticketd/domain"
)

// WebhookStore keeps the subscriptions.
type WebhookStore interface {
	// AddWebhook stores w, which hears of what happens from now on, and returns it with its id. If there are
	// domain.MaxWebhooks already, it returns domain.ErrTooManyWebhooks.
	AddWebhook(ctx context.Context, w domain.Webhook) (domain.Webhook, error)
	// Webhook returns the subscription, or domain.ErrWebhookNotFound.
	Webhook(ctx context.Context, id domain.WebhookID) (domain.Webhook, error)
	// ListWebhooks lists the subscriptions, newest first.
	ListWebhooks(ctx context.Context, p Page) (Slice[domain.Webhook], error)
	// SaveWebhook writes w. If the row has changed since w was read, it returns domain.ErrWebhookChanged; if
	// there is none, domain.ErrWebhookNotFound.
	SaveWebhook(ctx context.Context, w domain.Webhook) error
	// DeleteWebhook removes the subscription with its deliveries.
	DeleteWebhook(ctx context.Context, id domain.WebhookID) error
}

// DueDelivery is a delivery that its holder is to try until a moment on the store's clock.
type DueDelivery struct {
	ID      int64
	Attempt int       // of this delivery, from 1
	Until   time.Time // ends the right; also the holder's token
	Webhook domain.Webhook
	Event   domain.Event
}

// DeliveryEnd is how one try ended.
type DeliveryEnd struct {
	Delivery DueDelivery
	State    domain.DeliveryState // pending if there is to be another try
	Wait     time.Duration        // until the next try, on the store's clock
	Status   int                  // of the answer, 0 without one
	Error    string               // a code, empty after a success
	Latency  time.Duration
}

// DeliveryQueue shares out the deliveries. Of one subscription and one ticket only the oldest pending
// delivery is due, so that they arrive in order; other tickets go on.
type DeliveryQueue interface {
	// FanOut moves the subscriptions' places in the log of events on by up to limit events each, and stores a
	// pending delivery of each event that a subscription wants. It returns how many deliveries it stored, and
	// whether there may be more to do. Any number of processes may call it at once.
	FanOut(ctx context.Context, limit int) (stored int, more bool, err error)
	// ClaimDeliveries claims up to limit due deliveries of active subscriptions, of each the longest due first,
	// so that no subscription has more than each in flight. The subscriptions take turns, so that none waits for
	// the backlog of others.
	ClaimDeliveries(ctx context.Context, limit, each int, lease time.Duration) ([]DueDelivery, error)
	// EndDeliveries stores the ends of tries that their callers still hold; it passes over others. A
	// subscription fails since its first failed try after its last success.
	EndDeliveries(ctx context.Context, ends []DeliveryEnd) error
	// DisableWebhook switches an active subscription off for the reason, unless somebody changed it since w was
	// read, and notes the event webhook.disabled in the same transaction. It reports whether this call did it.
	DisableWebhook(ctx context.Context, w domain.Webhook, reason domain.DisableReason) (bool, error)
	// SweepDeliveries deletes up to limit ended deliveries that are older than keep, and returns their number.
	SweepDeliveries(ctx context.Context, keep time.Duration, limit int) (int, error)
}

// DeliveryRecord reads and repeats deliveries.
type DeliveryRecord interface {
	// ListDeliveries lists the deliveries of a subscription, newest first. If there is no such subscription, it
	// returns domain.ErrWebhookNotFound. A zero state is any.
	ListDeliveries(ctx context.Context, id domain.WebhookID, state domain.DeliveryState, p Page) (
		Slice[domain.Delivery], error)
	// ReplayDeliveries makes deliveries of up to limit events due again that the subscription wants, in order.
	// Pending ones stay as they are. If there is no such subscription, it returns domain.ErrWebhookNotFound.
	ReplayDeliveries(ctx context.Context, id domain.WebhookID, what Replay, limit int) (Replayed, error)
}

// Replay selects what to deliver again: exactly one field is set.
type Replay struct {
	After  *EventPosition // every event after the place
	Events []int64        // events by their ids
	Failed bool           // every delivery that was given up
}

// Replayed is what one call did.
type Replayed struct {
	Count int  // of deliveries that are due again
	More  bool // whether there may be more than the call's limit
	// Next is the place after the last event that was looked at, if every event after a place was asked for.
	Next EventPosition
}

// DeliveryBacklog is the state of the deliveries, for monitoring.
type DeliveryBacklog struct {
	Pending  int           // capped at BacklogLimit
	Oldest   time.Duration // the age of the oldest event that an active subscription still waits for
	Disabled int           // subscriptions that were switched off because they failed
}

// DeliveryInspector reads the state of the deliveries.
type DeliveryInspector interface {
	DeliveryBacklog(ctx context.Context) (DeliveryBacklog, error)
}

// DeliveryStore combines the ports of webhooks, for implementers.
type DeliveryStore interface {
	WebhookStore
	DeliveryQueue
	DeliveryRecord
	DeliveryInspector
}

// WebhookSender tells a receiver of an event.
type WebhookSender interface {
	// Send makes one signed request (https://www.standardwebhooks.com, with the event's id as webhook-id). It
	// never follows a redirect and reads a bounded part of the answer.
	Send(ctx context.Context, w domain.Webhook, e domain.Event) SendResult
}

// SendResult is how one request ended.
type SendResult struct {
	Status     int           // of the answer, 0 without one
	Error      string        // a code: empty if the answer was 2xx
	Detail     string        // what to tell people, without secrets; may be empty
	RetryAfter time.Duration // as the receiver asked; 0 if it did not
	Latency    time.Duration
}
