package domain

import (
	"fmt"
	"time"
)

// TicketID is the id of a ticket, given by the store, from 1.
type TicketID int64

// Round counts the requests to classify a ticket, from 1, so that a late answer to an earlier request is
// recognised.
type Round int64

// Ticket is a customer's request for support and its classification.
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
	updatedAt    time.Time
	closedAt     *time.Time // nil while open, and if nobody knows
	round        Round
	version      int64
	review       Review
	needsReview  bool
	audit        bool
	newEntries   []Classification
	newEvents    []EventType
	was          *TicketSnapshot // as it was read; nil before the first change
}

// NewTicket returns a new ticket; the store gives the id. requested is the creator that the request names,
// known are the users found for the admin-creator rule. One error reports all broken fields (KindInvalid).
func NewTicket(title, description string, requested *UserID, known Creators, now time.Time) (Ticket, error) {
	var bad FieldErrors
	bad.check("title", CheckTitle(title))
	bad.check("description", CheckDescription(description))
	at := Timestamp(now)
	return Ticket{
		text:      Text{CleanText(title), CleanText(description)},
		status:    StatusOpen,
		aiStatus:  AIStatusPending,
		creator:   known.creator(requested, &bad),
		createdAt: at,
		updatedAt: at,
		round:     1,
		version:   1,
	}, bad.Err()
}

// TicketSnapshot is a ticket's state with public fields, for stores and answers. Zero labels and nil mean
// "none".
type TicketSnapshot struct {
	ID                 TicketID
	Title, Description string
	Status             Status
	AIStatus           AIStatus
	Category           Category
	Priority           Priority
	AIConfidence       *float64
	ClassifiedBy       Source
	CreatedBy          *UserID
	CreatedAt          time.Time
	UpdatedAt          time.Time  // of the last change that people see
	ClosedAt           *time.Time // nil while open, and if nobody knows when
	Round              Round
	Version            int64
	Review             Review
	NeedsReview        bool
	Audit              bool // drawn for the audit sample, whatever its confidence
}

// Snapshot returns the state of t.
func (t Ticket) Snapshot() TicketSnapshot {
	return TicketSnapshot{
		ID: t.id, Title: t.text.title, Description: t.text.description, Status: t.status, AIStatus: t.aiStatus,
		Category: t.category, Priority: t.priority, AIConfidence: t.aiConfidence, ClassifiedBy: t.classifiedBy,
		CreatedBy: t.creator, CreatedAt: t.createdAt, UpdatedAt: t.updatedAt, ClosedAt: t.closedAt,
		Round: t.round, Version: t.version,
		Review: t.review, NeedsReview: t.needsReview, Audit: t.audit,
	}
}

// RestoreTicket returns the stored ticket with the state s. An impossible state is KindInternal: the row is
// damaged. The text is not checked again. Times that contradict the rest are mended: earlier programs leave
// them behind.
func RestoreTicket(s TicketSnapshot) (Ticket, error) {
	if s.ID < 1 || s.Round < 1 || s.Version < 1 || s.Status == (Status{}) {
		return Ticket{}, fmt.Errorf("stored ticket %d: bad id, round, version or status", s.ID)
	}
	if !s.labelsAgree() {
		return Ticket{}, fmt.Errorf("stored ticket %d: labels %q, %q by %q do not go with ai_status %q",
			s.ID, s.Category, s.Priority, s.ClassifiedBy, s.AIStatus)
	}
	created, updated, closed := Timestamp(s.CreatedAt), Timestamp(s.UpdatedAt), s.ClosedAt
	if updated.Before(created) {
		updated = created
	}
	if s.Status != StatusClosed {
		closed = nil
	}
	return Ticket{
		id: s.ID, text: Text{s.Title, s.Description}, status: s.Status, aiStatus: s.AIStatus,
		category: s.Category, priority: s.Priority, aiConfidence: s.AIConfidence, classifiedBy: s.ClassifiedBy,
		creator: s.CreatedBy, createdAt: created, updatedAt: updated, closedAt: closed,
		round: s.Round, version: s.Version,
		review: s.Review, needsReview: s.NeedsReview, audit: s.Audit,
	}, nil
}

// labelsAgree reports whether the labels are possible: both or none; without a confidence if a person's, with
// one or an unknown one if a machine's, always the same if a fallback's. Only a pending ticket may have none,
// and it may have those of an earlier round.
func (s TicketSnapshot) labelsAgree() bool {
	decided := !s.Category.IsZero() && !s.Priority.IsZero()
	figure := s.AIConfidence == nil || *s.AIConfidence >= 0 && *s.AIConfidence <= 1
	switch s.ClassifiedBy {
	case Source{}:
		return s.AIStatus == AIStatusPending && s.Category.IsZero() && s.Priority.IsZero() && s.AIConfidence == nil
	case SourceHuman:
		return decided && s.AIConfidence == nil && s.AIStatus != AIStatusFallback
	case SourceFallback:
		return s.Category == FallbackCategory && s.Priority == FallbackPriority && s.AIConfidence != nil &&
			*s.AIConfidence == 0 && s.AIStatus != AIStatusDone
	default:
		return decided && figure && s.AIStatus != AIStatusFallback
	}
}
