package domain

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// WebhookID is the id of a webhook, given by the store, from 1.
type WebhookID int64

const (
	// MaxWebhooks is how many webhooks there may be.
	MaxWebhooks = 100
	// MaxWebhookDescription is the maximum length of a description in code points.
	MaxWebhookDescription = 500
	// SecretOverlap is how long the secret before the newest one signs, too.
	SecretOverlap = 24 * time.Hour

	// secretPrefix and secretBytes are those of the Standard Webhooks specification, which wants 24 to 64 bytes.
	secretPrefix = "whsec_"
	secretBytes  = 32
)

// Webhook is a subscription of events.
type Webhook struct {
	ID          WebhookID
	URL         string
	Description string      // may be empty
	Types       []EventType // empty: all
	Category    Category    // zero: any
	Priority    Priority
	Secrets     []string      // whsec_…; the newest first, two within SecretOverlap of a rotation
	RotatedAt   time.Time     // zero before the first rotation
	Active      bool          // while it is off, what happens waits for it
	Disabled    DisableReason // zero unless it was switched off for a reason
	FailingFor  time.Duration // since its first failed try after its last success; 0 if the last one succeeded
	CreatedAt   time.Time
	Version     int64 // of the row that was read, from 1; every save raises it by one
}

// NewWebhook returns an active webhook of every event, with a secret of its own; the store gives the id. What
// it wants may be narrowed by Change.
func NewWebhook(now time.Time) Webhook {
	return Webhook{Secrets: []string{newSecret()}, Active: true, CreatedAt: Timestamp(now), Version: 1}
}

// WebhookChange is what a person changes of a webhook. Fields that are nil stay as they are.
type WebhookChange struct {
	URL         *string
	Description *string      // empty removes it
	Types       *[]EventType // empty: all
	Category    *Category    // zero: any
	Priority    *Priority
	Active      *bool
}

// Change applies c as a whole or not at all. One error reports all broken fields (KindInvalid: "url",
// "description", "types"). To switch a webhook on, even one that is on, forgets that it failed.
func (w *Webhook) Change(c WebhookChange, r ReceiverRules) error {
	var bad FieldErrors
	if c.URL != nil {
		bad.check("url", r.CheckURL(*c.URL))
	}
	if c.Description != nil {
		bad.check("description", CheckWebhookDescription(*c.Description))
	}
	if c.Types != nil {
		bad.check("types", checkTypes(*c.Types))
	}
	if err := bad.Err(); err != nil {
		return err
	}
	set(&w.URL, c.URL)
	set(&w.Category, c.Category)
	set(&w.Priority, c.Priority)
	set(&w.Active, c.Active)
	if c.Description != nil {
		w.Description = CleanText(*c.Description)
	}
	if c.Types != nil {
		w.Types = slices.Clone(*c.Types)
	}
	if c.Active != nil {
		w.Disabled = DisableReason{}
		if *c.Active {
			w.FailingFor = 0
		}
	}
	return nil
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// RotateSecret makes a new secret. The one before it goes on to sign for SecretOverlap, any earlier one does
// not.
func (w *Webhook) RotateSecret(now time.Time) {
	w.Secrets = append([]string{newSecret()}, w.Secrets[:min(len(w.Secrets), 1)]...)
	w.RotatedAt = Timestamp(now)
}

// newSecret never fails: crypto/rand ends the program if there is no randomness.
func newSecret() string {
	key := make([]byte, secretBytes)
	_, _ = rand.Read(key)
	return secretPrefix + base64.StdEncoding.EncodeToString(key)
}

// CheckWebhookDescription returns what is wrong with a description, or "".
func CheckWebhookDescription(s string) string {
	switch {
	case !utf8.ValidString(s):
		return "must be valid UTF-8"
	case utf8.RuneCountInString(s) > MaxWebhookDescription:
		return "must have at most " + strconv.Itoa(MaxWebhookDescription) + " characters"
	case strings.ContainsRune(s, 0):
		return "must not contain NUL (U+0000)"
	}
	return ""
}

func checkTypes(types []EventType) string {
	for i, t := range types {
		if !slices.Contains(EventTypes(), t) {
			return "must be types of the log of events"
		}
		if slices.Contains(types[:i], t) {
			return fmt.Sprintf("must not name %s twice", t)
		}
	}
	return ""
}

// DisableReason is why a webhook was switched off. The zero value means that it was not, or a person did it.
type DisableReason struct{ slug string }

// The reasons.
var (
	DisabledGone    = DisableReason{"gone"}    // the receiver answered 410
	DisabledFailing = DisableReason{"failing"} // it failed for DisableAfter
)

// ParseDisableReason returns the reason with the slug s; an unknown slug is KindInvalid, field "disabled".
func ParseDisableReason(s string) (DisableReason, error) {
	return parseLabel("disabled", s, []DisableReason{DisabledGone, DisabledFailing})
}

func (r DisableReason) String() string { return r.slug }

// DeliveryState is the stage of a delivery. The zero value is no state.
type DeliveryState struct{ slug string }

// The states.
var (
	DeliveryPending   = DeliveryState{"pending"}
	DeliveryDelivered = DeliveryState{"delivered"}
	DeliveryFailed    = DeliveryState{"failed"} // given up
)

// ParseDeliveryState returns the state with the slug s; an unknown slug is KindInvalid, field "state".
func ParseDeliveryState(s string) (DeliveryState, error) {
	return parseLabel("state", s, []DeliveryState{DeliveryPending, DeliveryDelivered, DeliveryFailed})
}

func (s DeliveryState) String() string { return s.slug }

// ErrorForgotten is the error of a delivery whose event is no longer in the log.
const ErrorForgotten = "event_forgotten"

// Delivery is one event on its way to one webhook.
type Delivery struct {
	ID        int64
	Webhook   WebhookID
	EventID   int64
	EventType EventType
	Ticket    TicketID // 0 if the event is of no ticket
	State     DeliveryState
	Attempts  int           // that began, since the last replay
	Status    int           // of the last answer, 0 without one
	Error     string        // of the last try
	Latency   time.Duration // of the last try
	NextAt    *time.Time    // of the next try, unless an earlier event of the ticket waits; nil once it ended
	CreatedAt time.Time     // or replayed
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
		Message: "there are " + strconv.Itoa(MaxWebhooks) + " webhooks already, which is the limit; delete one first",
	}
)
