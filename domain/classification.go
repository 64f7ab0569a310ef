package domain

import (
	"time"
	"unicode"
)

// The labels of a ticket whose classification failed.
var (
	FallbackCategory = CategoryGeneral
	FallbackPriority = PriorityMedium
)

// CodeSuperseded marks an answer on record that came too late: a person or a newer request had decided.
const CodeSuperseded = "superseded"

// Classification is one entry of a ticket's append-only record: a paid or failed call, or a person's verdict. It holds nothing of
// the ticket's text. It is a fact: written once, never changed.
type Classification struct {
	ID                 int64 // the store's number; 0 before
	Round              Round
	Source             Source
	Model              string
	PromptVersion      string
	Category           Category // zero if the call failed
	Priority           Priority
	Confidence         *float64 // nil if the call failed, a person decided or the classifier did not say
	PriorityConfidence *float64
	Reason             string
	Attempt            int // from 1 within the round; 0 for a person's verdict and where nobody was asked
	Latency            time.Duration
	InputTokens        int
	OutputTokens       int
	ErrorCode          string // empty if the verdict counts
	At                 time.Time
}

// Attempt is one call of a classifier and how it ended.
type Attempt struct {
	Number  int // from 1 within the round
	Answer  Answer
	Err     error // nil if Answer has a verdict
	Latency time.Duration
	At      time.Time
}

// entry is the attempt as it goes on record.
func (a Attempt) entry(round Round) Classification {
	c := Classification{
		Round: round, Source: a.Answer.Source, Model: a.Answer.Model, PromptVersion: a.Answer.PromptVersion, Attempt: a.Number,
		Latency: a.Latency, InputTokens: a.Answer.InputTokens, OutputTokens: a.Answer.OutputTokens, At: Timestamp(a.At),
	}
	if c.Source.IsZero() {
		c.Source = SourceFallback // no classifier was reached
	}
	if a.Err != nil {
		c.ErrorCode = CodeOf(a.Err)
		return c
	}
	v := a.Answer.Verdict
	c.Category, c.Priority, c.Reason = v.category, v.priority, v.reason
	c.Confidence, c.PriorityConfidence = v.Confidence(), v.PriorityConfidence()
	return c
}

// NoteFailure puts a failed attempt on record that another one follows. The ticket stays as it is.
func (t *Ticket) NoteFailure(round Round, a Attempt) { t.record(a.entry(round)) }

// Classify ends a round with the attempt's verdict and reports whether it counts. It does not when the round is over: then the
// labels stay as they are and only the record shows the answer.
func (t *Ticket) Classify(round Round, a Attempt) bool {
	e := a.entry(round)
	counts := t.awaits(round)
	if counts {
		t.decide(AIStatusDone, e)
	} else {
		e.ErrorCode = CodeSuperseded
	}
	t.record(e)
	return counts
}

// FallBack ends a round whose last attempt failed and reports whether that counts. A ticket that never had a verdict gets the safe
// labels with confidence 0; one that had keeps it with its review, and only the record shows the failure.
func (t *Ticket) FallBack(round Round, a Attempt) bool {
	e := a.entry(round)
	counts := t.awaits(round)
	switch {
	case !counts:
	case t.classifiedBy.IsZero() || t.classifiedBy == SourceFallback:
		zero := 0.0
		e.Source, e.Category, e.Priority = SourceFallback, FallbackCategory, FallbackPriority
		e.Confidence, e.PriorityConfidence = &zero, &zero
		t.decide(AIStatusFallback, e)
	default:
		t.aiStatus = AIStatusDone
	}
	t.record(e)
	return counts
}

// RequestClassification asks for a new classification, also of a closed ticket or of one that a person decided, and reports
// whether that starts a round: it does not while one is under way. The labels and what people said of them stay until the answer comes.
func (t *Ticket) RequestClassification() bool {
	if t.aiStatus == AIStatusPending {
		return false
	}
	t.aiStatus = AIStatusPending
	t.round++
	return true
}

// awaits reports whether an answer to the round's request may still change the labels.
func (t *Ticket) awaits(round Round) bool {
	return t.aiStatus == AIStatusPending && t.round == round
}

func (t *Ticket) decide(status AIStatus, c Classification) {
	t.aiStatus, t.category, t.priority = status, c.Category, c.Priority
	t.aiConfidence, t.classifiedBy = c.Confidence, c.Source
	t.review, t.needsReview, t.audit, t.unjudged = Review{}, false, false, true
}

// record appends without writing into an array that a copy of t shares.
func (t *Ticket) record(c Classification) {
	t.newEntries = append(t.newEntries[:len(t.newEntries):len(t.newEntries)], c)
}

func isSpaceOrControl(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
