package domain

import "time"

// TicketID is the store's number of a ticket, from 1.
type TicketID int64

// Round counts the requests to classify a ticket, from 1: a late answer to an earlier request is told by it.
type Round int64

// Ticket is a customer's request for support and what it was found to be about.
type Ticket struct {
	id           TicketID
	text         Text
	status       Status
	aiStatus     AIStatus
	category     Category
	priority     Priority
	aiConfidence *float64
	classifiedBy Source
	creator      *UserID
	createdAt    time.Time
	round        Round
	version      int64
	review       Review
	needsReview  bool
	audit        bool
	unjudged     bool // the machine decided and Judge has not yet looked
	newEntries   []Classification
}

// NewTicket is the only way to a ticket that did not exist before. requested is the creator whom the request names, known the
// users found for the admin-creator rule. All broken fields are reported at once (KindInvalid). The store gives the id.
func NewTicket(title, description string, requested *UserID, known Creators, now time.Time) (Ticket, error) {
	var bad FieldErrors
	bad.check("title", CheckTitle(title))
	bad.check("description", CheckDescription(description))
	return Ticket{
		text:      Text{CleanText(title), CleanText(description)},
		status:    StatusOpen,
		aiStatus:  AIStatusPending,
		creator:   known.creator(requested, &bad),
		createdAt: Timestamp(now),
		round:     1,
		version:   1,
	}, bad.Err()
}

// ID is 0 before the ticket is stored.
func (t Ticket) ID() TicketID { return t.id }

// Text is what the customer wrote.
func (t Ticket) Text() Text { return t.text }

// Status says whether people still work on it.
func (t Ticket) Status() Status { return t.status }

// AIStatus says how far its classification has come.
func (t Ticket) AIStatus() AIStatus { return t.aiStatus }

// Category is zero before the first verdict.
func (t Ticket) Category() Category { return t.category }

// Priority is zero before the first verdict.
func (t Ticket) Priority() Priority { return t.priority }

// AIConfidence is the probability, 0 to 1, that the category is right; nil before a verdict, after a person's, and where the
// classifier gave no usable figure. It is 0 for a fallback.
func (t Ticket) AIConfidence() *float64 { return t.aiConfidence }

// ClassifiedBy is zero before the first verdict.
func (t Ticket) ClassifiedBy() Source { return t.classifiedBy }

// Creator is nil if nobody was named or the user was deleted.
func (t Ticket) Creator() *UserID { return t.creator }

// CreatedAt is in UTC, to the microsecond.
func (t Ticket) CreatedAt() time.Time { return t.createdAt }

// Round is the number of the newest request to classify the ticket.
func (t Ticket) Round() Round { return t.round }

// Version is the version of the row that was read, from 1; every save raises it by one.
func (t Ticket) Version() int64 { return t.version }

// Review says whether a person has looked at the verdict that counts.
func (t Ticket) Review() Review { return t.review }

// NeedsReview reports whether a person should look.
func (t Ticket) NeedsReview() bool { return t.needsReview }

// NewEntries returns the entries for the record since the ticket was read, oldest first. The store appends them with the ticket.
func (t Ticket) NewEntries() []Classification { return t.newEntries }

// Saved is the ticket as it stands in the store after a successful save.
func (t Ticket) Saved() Ticket {
	t.version++
	t.newEntries = nil
	return t
}

// Stored is a new ticket after the store gave it its id.
func (t Ticket) Stored(id TicketID) Ticket {
	t.id = id
	return t
}

// Close says that the work on the ticket is over. It does not touch the classification.
func (t *Ticket) Close() { t.status = StatusClosed }

// Reopen says that there is work again. It does not touch the classification.
func (t *Ticket) Reopen() { t.status = StatusOpen }
