package domain

import "time"

// WebhookID is the id of a webhook, given by the store, from 1.
type WebhookID int64

// MaxWebhooks is how many webhooks there may be.
const MaxWebhooks = 100

// Webhook is a subscription of events.
type Webhook struct {
	ID          WebhookID
	URL         string
	Description string
	Types       []EventType // empty: all
	Category    Category    // zero: any
	Priority    Priority
	Secrets     []string // whsec_…; the newest first, two during a rotation
	RotatedAt   time.Time
	Active      bool
	Disabled    DisableReason // zero unless it was switched off for a reason
	FailingFor  time.Duration // since its first failed try after its last success; 0 if the last one succeeded
	CreatedAt   time.Time
	Version     int64
}

// DisableReason is why a webhook was switched off. The zero value means that it was not, or a person did it.
type DisableReason struct{ slug string }

// The reasons.
var (
	DisabledGone    = DisableReason{"gone"}    // the receiver answered 410
	DisabledFailing = DisableReason{"failing"} // it failed for DisableAfter
)

func (r DisableReason) String() string { return r.slug }

// DeliveryState is the stage of a delivery. The zero value is no state.
type DeliveryState struct{ slug string }

// The states.
var (
	DeliveryPending   = DeliveryState{"pending"}
	DeliveryDelivered = DeliveryState{"delivered"}
	DeliveryFailed    = DeliveryState{"failed"} // given up
)

func (s DeliveryState) String() string { return s.slug }

// Delivery is one event on its way to one webhook.
type Delivery struct {
	ID        int64
	Webhook   WebhookID
	EventID   int64
	EventType EventType
	Ticket    TicketID // 0 if the event is of no ticket
	State     DeliveryState
	Attempts  int
	Status    int           // of the last answer, 0 without one
	Error     string        // of the last try
	Latency   time.Duration // of the last try
	NextAt    *time.Time    // of the next try; nil once it ended
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Errors of webhooks.
var (
	ErrWebhookNotFound = &Error{Kind: KindNotFound, Code: "webhook_not_found", Message: "there is no such webhook"}
	ErrWebhookChanged  = &Error{
		Kind: KindConflict, Code: "webhook_changed", Message: "the webhook was changed meanwhile",
	}
	ErrTooManyWebhooks = &Error{
		Kind: KindConflict, Code: "too_many_webhooks",
		Message: "there are 100 webhooks already, which is the limit; delete one first",
	}
)
