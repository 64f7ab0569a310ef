package domain

import "time"

// EventType is what became of a ticket, or of a webhook. The zero value is no type.
type EventType struct{ slug string }

// The types.
var (
	EventCreated      = EventType{"ticket.created"}
	EventClassified   = EventType{"ticket.classified"}    // a machine's verdict counts
	EventFellBack     = EventType{"ticket.fell_back"}     // a classification failed for good
	EventReviewNeeded = EventType{"ticket.review_needed"} // a person should look at it from now on
	EventCorrected    = EventType{"ticket.corrected"}     // a person set the labels
	EventConfirmed    = EventType{"ticket.confirmed"}     // a person found the labels right
	EventClosed       = EventType{"ticket.closed"}
	EventReopened     = EventType{"ticket.reopened"}
	EventDeleted      = EventType{"ticket.deleted"}

	EventWebhookDisabled = EventType{"webhook.disabled"} // deliveries gave a webhook up

	// EventWebhookTest is sent when somebody asks for it. It is in no log, and nobody can subscribe to it.
	EventWebhookTest = EventType{"webhook.test"}
)

// EventTypes returns the types of the log: in the order of a ticket's life, then those of webhooks.
func EventTypes() []EventType {
	return []EventType{
		EventCreated, EventClassified, EventFellBack, EventReviewNeeded, EventCorrected, EventConfirmed,
		EventClosed, EventReopened, EventDeleted, EventWebhookDisabled,
	}
}

// ParseEventType returns the type with the slug s; an unknown slug is KindInvalid, field "type".
func ParseEventType(s string) (EventType, error) { return parseLabel("type", s, EventTypes()) }

func (e EventType) String() string { return e.slug }

// Event is one entry of the log of what became of tickets and webhooks. It never changes, but for the text of
// a ticket that is deleted later.
type Event struct {
	ID   int64 // given by the store, from 1
	Type EventType
	At   time.Time // on the store's clock
	// Ticket is the ticket as the change left it. Title and Description are empty once the ticket is deleted.
	Ticket TicketSnapshot
	// Previous holds what the change changed, as it was before; nil for a new ticket and a deleted one.
	Previous *TicketChange
	// Webhook is set in an event of a webhook, which is of no ticket.
	Webhook *WebhookNotice
}

// WebhookNotice is what an event tells of a webhook.
type WebhookNotice struct {
	ID       WebhookID
	URL      string
	Disabled DisableReason // zero in a test
}

// TicketChange names the fields of a ticket that one change changed, with their earlier values; nil means
// unchanged. A zero label is one that the ticket did not have.
type TicketChange struct {
	Status       *Status
	Category     *Category
	Priority     *Priority
	AIStatus     *AIStatus
	AIConfidence **float64
	ClassifiedBy *Source
	NeedsReview  *bool
	Review       *Review
}

// changed returns what differs in now, as it was; nil if nothing does.
func (was TicketSnapshot) changed(now TicketSnapshot) *TicketChange {
	c := TicketChange{
		Status:       differing(was.Status, now.Status),
		Category:     differing(was.Category, now.Category),
		Priority:     differing(was.Priority, now.Priority),
		AIStatus:     differing(was.AIStatus, now.AIStatus),
		ClassifiedBy: differing(was.ClassifiedBy, now.ClassifiedBy),
		NeedsReview:  differing(was.NeedsReview, now.NeedsReview),
		Review:       differing(was.Review, now.Review),
	}
	before, after := was.AIConfidence, now.AIConfidence
	if (before == nil) != (after == nil) || before != nil && *before != *after {
		c.AIConfidence = &before
	}
	if c == (TicketChange{}) {
		return nil
	}
	return &c
}

func differing[T comparable](was, now T) *T {
	if was == now {
		return nil
	}
	return &was
}

// NewEvents returns the types of what happened since the ticket was read, in order. The store writes an event
// of each together with the ticket, all with the ticket as it is in the end. A new ticket is only created,
// whatever labels it brings along.
func (t Ticket) NewEvents() []EventType {
	if t.id == 0 {
		return []EventType{EventCreated}
	}
	return t.newEvents
}

// Previous returns what changed since the ticket was read, as it was then; nil for a new ticket.
func (t Ticket) Previous() *TicketChange {
	if t.was == nil || t.id == 0 {
		return nil
	}
	return t.was.changed(t.Snapshot())
}

// change keeps the ticket as it was read, before the first change.
func (t *Ticket) change() {
	if t.was == nil {
		was := t.Snapshot()
		t.was = &was
	}
}

// happened notes an event without writing into an array that a copy of t shares.
func (t *Ticket) happened(types ...EventType) {
	t.newEvents = append(t.newEvents[:len(t.newEvents):len(t.newEvents)], types...)
}
