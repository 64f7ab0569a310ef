package domain

import "time"

// Review is the outcome of a person's look at a verdict. The zero value means "not reviewed yet".
type Review struct{ slug string }

// The outcomes of a review.
var (
	ReviewCorrected = Review{"corrected"} // a person set the labels
	ReviewConfirmed = Review{"confirmed"} // a person found the labels right
)

// Reviews returns the outcomes.
func Reviews() []Review { return []Review{ReviewCorrected, ReviewConfirmed} }

// ParseReview returns the review with the slug s; an unknown slug is KindInvalid, field "review".
func ParseReview(s string) (Review, error) { return parseLabel("review", s, Reviews()) }

func (r Review) String() string { return r.slug }

// IsZero reports whether nobody has reviewed the verdict yet.
func (r Review) IsZero() bool { return r.slug == "" }

// ErrPending: a classification is under way, so there is no verdict to confirm.
var ErrPending = &Error{
	Kind: KindConflict, Code: "ticket_pending",
	Message: "the ticket is being classified; there is nothing to confirm yet",
}

// ReviewPolicy decides which of the machine's verdicts a person should review.
type ReviewPolicy struct {
	Threshold float64 // a verdict with less confidence needs review, 0 to 1
	AuditRate float64 // the share of verdicts to review whatever their confidence, 0 to 1
}

// Judge marks a ticket for review after the machine decided: a fallback, a verdict with low or unknown
// confidence, or one drawn for the audit, which samples verdicts only. draw is a random number, 0 <= draw <
// 1. The marks hold until a person corrects or confirms, or the machine decides anew. After a round that left
// an earlier verdict as it was, Judge does nothing.
func (t *Ticket) Judge(p ReviewPolicy, draw float64) {
	if !t.unjudged {
		return
	}
	fallback := t.aiStatus == AIStatusFallback
	t.audit = !fallback && draw < p.AuditRate
	t.needsReview = t.audit || fallback || t.aiConfidence == nil || *t.aiConfidence < p.Threshold
	t.unjudged = false
}

// Correct sets the labels that a person gives; no earlier request for a classification changes them any more.
// A zero label keeps its value, or becomes the fallback's if there is none.
func (t *Ticket) Correct(category Category, priority Priority, at time.Time) {
	if category.IsZero() {
		category = t.category
	}
	if category.IsZero() {
		category = FallbackCategory
	}
	if priority.IsZero() {
		priority = t.priority
	}
	if priority.IsZero() {
		priority = FallbackPriority
	}
	t.category, t.priority, t.aiConfidence = category, priority, nil
	t.aiStatus, t.classifiedBy = AIStatusDone, SourceHuman
	t.reviewed(ReviewCorrected, at)
}

// Confirm records that a person finds the labels right. The labels and their confidence stay; those of a
// fallback, which meant nothing, become the person's own. A pending ticket is ErrPending.
func (t *Ticket) Confirm(at time.Time) error {
	if t.aiStatus == AIStatusPending {
		return ErrPending
	}
	if t.aiStatus == AIStatusFallback {
		t.aiStatus, t.classifiedBy, t.aiConfidence = AIStatusDone, SourceHuman, nil
	}
	t.reviewed(ReviewConfirmed, at)
	return nil
}

// reviewed ends the review and records the person's verdict.
func (t *Ticket) reviewed(r Review, at time.Time) {
	t.review, t.needsReview, t.unjudged = r, false, false
	t.record(Classification{
		Round: t.round, Source: SourceHuman, Category: t.category, Priority: t.priority, At: Timestamp(at),
	})
}
