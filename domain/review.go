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

// ReviewSample is a ReviewPolicy with the draw for one verdict.
type ReviewSample struct {
	policy ReviewPolicy
	draw   float64
}

// Sample returns p with the draw for one verdict: a random number, 0 <= draw < 1.
func (p ReviewPolicy) Sample(draw float64) ReviewSample { return ReviewSample{p, draw} }

// drawn reports whether the verdict is drawn for the audit.
func (s ReviewSample) drawn() bool { return s.draw < s.policy.AuditRate }

// unsure reports whether a verdict of that confidence needs review.
func (s ReviewSample) unsure(confidence *float64) bool {
	return confidence == nil || *confidence < s.policy.Threshold
}

// Correct sets the labels that a person gives; no earlier request for a classification changes them any more.
// A zero label keeps its value, or becomes the fallback's if there is none. by is the name of the person's
// API key, empty without one.
func (t *Ticket) Correct(category Category, priority Priority, by string, at time.Time) {
	t.change()
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
	t.reviewed(ReviewCorrected, by, at)
	t.happened(EventCorrected)
}

// Confirm records that a person finds the labels right. The labels and their confidence stay; those of a
// fallback, which meant nothing, become the person's own. A pending ticket is ErrPending. by is as in
// Correct.
func (t *Ticket) Confirm(by string, at time.Time) error {
	if t.aiStatus == AIStatusPending {
		return ErrPending
	}
	t.change()
	if t.aiStatus == AIStatusFallback {
		t.aiStatus, t.classifiedBy, t.aiConfidence = AIStatusDone, SourceHuman, nil
	}
	t.reviewed(ReviewConfirmed, by, at)
	t.happened(EventConfirmed)
	return nil
}

// reviewed ends the review and records the person's verdict.
func (t *Ticket) reviewed(r Review, by string, at time.Time) {
	t.review, t.needsReview = r, false
	t.record(Classification{
		Round: t.round, Source: SourceHuman, Category: t.category, Priority: t.priority,
		By: by, At: Timestamp(at),
	})
	t.touch(at)
}
