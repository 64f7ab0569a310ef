package domain

import "time"

// ID returns the id, 0 before the ticket is stored.
func (t Ticket) ID() TicketID { return t.id }

// Text returns what the customer wrote.
func (t Ticket) Text() Text { return t.text }

// Status returns whether people still work on the ticket.
func (t Ticket) Status() Status { return t.status }

// AIStatus returns the stage of the ticket's classification.
func (t Ticket) AIStatus() AIStatus { return t.aiStatus }

// Category returns the category, zero before the first verdict.
func (t Ticket) Category() Category { return t.category }

// Priority returns the priority, zero before the first verdict.
func (t Ticket) Priority() Priority { return t.priority }

// AIConfidence returns the probability, 0 to 1, that the category is right; nil before a verdict, after a
// person's, and if the classifier gave no usable figure. A fallback's is 0.
func (t Ticket) AIConfidence() *float64 { return t.aiConfidence }

// ClassifiedBy returns who decided the labels, zero before the first verdict.
func (t Ticket) ClassifiedBy() Source { return t.classifiedBy }

// Creator returns the creator, nil if the request named none or the user was deleted.
func (t Ticket) Creator() *UserID { return t.creator }

// CreatedAt returns the time of creation in UTC, to the microsecond.
func (t Ticket) CreatedAt() time.Time { return t.createdAt }

// UpdatedAt returns the time of the last change that people see, in UTC, to the microsecond.
func (t Ticket) UpdatedAt() time.Time { return t.updatedAt }

// Round returns the number of the latest request to classify the ticket.
func (t Ticket) Round() Round { return t.round }

// Version returns the version of the row that was read, from 1; every save raises it by one.
func (t Ticket) Version() int64 { return t.version }

// Review returns the outcome of a person's look at the current verdict.
func (t Ticket) Review() Review { return t.review }

// NeedsReview reports whether a person should review the verdict.
func (t Ticket) NeedsReview() bool { return t.needsReview }

// NewEntries returns the entries recorded since the ticket was read, oldest first. The store appends them to
// the record together with the ticket.
func (t Ticket) NewEntries() []Classification { return t.newEntries }

// Saved returns the ticket as the store holds it after a successful save.
func (t Ticket) Saved() Ticket {
	t.version++
	t.newEntries, t.newEvents, t.was = nil, nil, nil
	return t
}

// Stored returns a new ticket with the id that the store gave it.
func (t Ticket) Stored(id TicketID) Ticket {
	t.id, t.newEvents, t.was = id, nil, nil
	return t
}

// Close marks the work on the ticket as done. The classification does not change.
func (t *Ticket) Close(at time.Time) {
	if t.status == StatusClosed {
		return
	}
	t.change()
	at = Timestamp(at)
	t.status, t.closedAt = StatusClosed, &at
	t.happened(EventClosed)
	t.touch(at)
}

// Reopen marks the ticket as work to do again. The classification does not change.
func (t *Ticket) Reopen(at time.Time) {
	if t.status == StatusOpen {
		return
	}
	t.change()
	t.status, t.closedAt = StatusOpen, nil
	t.happened(EventReopened)
	t.touch(at)
}

// touch notes a change. The time never goes back, though the clocks of several processes differ.
func (t *Ticket) touch(at time.Time) {
	if at = Timestamp(at); at.After(t.updatedAt) {
		t.updatedAt = at
	}
}
