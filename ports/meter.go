package ports

import "ticketd/domain"

// Meter counts what the core does, for operators. Its methods return at once, never fail, are safe for
// concurrent use, and learn nothing of a ticket's text.
type Meter interface {
	// Attempted: a call of the classifier ended, with an answer or without.
	Attempted(a domain.Attempt)
	// Retried: a failed attempt will be retried.
	Retried()
	// Ended: a round is over and its outcome stored. last is its last attempt, whose verdict counts or whose
	// failure left the fallback.
	Ended(last domain.Attempt)
	// Cascaded: a cascade kept the answer of its first classifier, or asked its second.
	Cascaded(second bool)
	// Announced: n events were published, or, with an error, were not.
	Announced(n int, err error)
	// Healed: a fallback got a verdict after all.
	Healed()
	// Swept: a sweep found n tickets.
	Swept(found Found, n int)
	// Corrected: a person changed a label.
	Corrected(field Field)
	// Confirmed: a person confirmed the labels.
	Confirmed()
}

// DeliveryMeter counts deliveries, for operators, as a Meter does.
type DeliveryMeter interface {
	// Tried: a try of a delivery ended.
	Tried(end DeliveryEnd)
}

// Found is why a sweep takes up a ticket.
type Found string

// The reasons.
const (
	FoundDue  Found = "due"  // a retry is due, or the holder's lease ended
	FoundLost Found = "lost" // the ticket's event got lost
	FoundHeal Found = "heal" // the ticket is a fallback whose cause has passed
)

// Field is a label of a ticket that a person can set.
type Field string

// The fields.
const (
	FieldCategory Field = "category"
	FieldPriority Field = "priority"
)

// NoMeter counts nothing.
type NoMeter struct{}

var (
	_ Meter         = NoMeter{}
	_ DeliveryMeter = NoMeter{}
	_ ReplicaMeter  = NoMeter{}
)

// Read does nothing.
func (NoMeter) Read(ReadBy) {}

// Replica does nothing.
func (NoMeter) Replica(string, bool, int64) {}

// Tried does nothing.
func (NoMeter) Tried(DeliveryEnd) {}

// Attempted does nothing.
func (NoMeter) Attempted(domain.Attempt) {}

// Retried does nothing.
func (NoMeter) Retried() {}

// Ended does nothing.
func (NoMeter) Ended(domain.Attempt) {}

// Cascaded does nothing.
func (NoMeter) Cascaded(bool) {}

// Announced does nothing.
func (NoMeter) Announced(int, error) {}

// Healed does nothing.
func (NoMeter) Healed() {}

// Swept does nothing.
func (NoMeter) Swept(Found, int) {}

// Corrected does nothing.
func (NoMeter) Corrected(Field) {}

// Confirmed does nothing.
func (NoMeter) Confirmed() {}
