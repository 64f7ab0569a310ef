package domain

import (
	"math"
	"time"
	"unicode"
)

// FallbackCategory and FallbackPriority are the labels of a ticket whose classification failed.
var (
	FallbackCategory = CategoryGeneral
	FallbackPriority = PriorityMedium
)

// CodeSuperseded marks an answer that came too late: a person or a newer request had decided by then.
const CodeSuperseded = "superseded"

// Classification is one entry of a ticket's append-only record: a paid or failed call, or a person's verdict.
// An entry holds nothing of the ticket's text and never changes.
type Classification struct {
	ID                 int64 // given by the store; 0 before
	Round              Round
	Source             Source
	Model              string
	PromptVersion      string
	Category           Category // zero if the call failed
	Priority           Priority
	Confidence         *float64 // nil if the call failed, a person decided or the classifier gave none
	PriorityConfidence *float64
	Reason             string
	Attempt            int // from 1 within the round; 0 for a person's verdict and where no call was made
	Latency            time.Duration
	InputTokens        int
	OutputTokens       int
	ErrorCode          string // empty if the verdict counts
	By                 string // the name of the person's API key; empty for a machine's entry and without a key
	At                 time.Time
}

// Same reports whether c and o are the same fact: within one ticket, an entry's round, attempt and time
// identify it.
func (c Classification) Same(o Classification) bool {
	return c.Round == o.Round && c.Attempt == o.Attempt && c.At.Equal(o.At)
}

// CheckClassification returns what is wrong with an entry that did not arise here, or "".
func CheckClassification(c Classification) string {
	share := func(f *float64) bool { return f == nil || *f >= 0 && *f <= 1 }
	switch {
	case c.Round < 1:
		return "must have a round from 1"
	case c.Attempt < 0 || c.Attempt > math.MaxInt32:
		return "must have an attempt from 0"
	case !share(c.Confidence) || !share(c.PriorityConfidence):
		return "must have confidences between 0 and 1"
	case c.Latency < 0 || c.InputTokens < 0 || c.OutputTokens < 0:
		return "must have no negative latency or number of tokens"
	}
	for _, text := range []string{c.Model, c.PromptVersion, c.Reason, c.ErrorCode, c.By} {
		if !IsStorable(text) {
			return "must have texts in UTF-8 without NUL"
		}
	}
	return ""
}

// Attempt is one call of a classifier and its outcome.
type Attempt struct {
	Number  int // from 1 within the round
	Answer  Answer
	Err     error // nil if Answer has a verdict
	Latency time.Duration
	At      time.Time // of the beginning
}

// end returns when the call was over.
func (a Attempt) end() time.Time { return a.At.Add(a.Latency) }

// entry returns the attempt as an entry of the record.
func (a Attempt) entry(round Round) Classification {
	c := Classification{
		Round: round, Source: a.Answer.Source, Model: a.Answer.Model, PromptVersion: a.Answer.PromptVersion,
		Attempt: a.Number, Latency: a.Latency, InputTokens: a.Answer.InputTokens,
		OutputTokens: a.Answer.OutputTokens, At: Timestamp(a.At),
	}
	if c.Source.IsZero() {
		c.Source = SourceFallback // the call reached no classifier
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

// NoteFailure records a failed attempt that will be retried. The ticket does not change.
func (t *Ticket) NoteFailure(round Round, a Attempt) { t.record(a.entry(round)) }

// Classify ends a round with the attempt's verdict and reports whether the verdict counts. If the round is
// already over, the labels stay and the record keeps the answer as superseded. A verdict that counts needs
// review if its confidence is low or unknown, or if the sample draws it for the audit, until a person
// corrects or confirms it or the machine decides anew.
func (t *Ticket) Classify(round Round, a Attempt, sample ReviewSample) bool {
	e := a.entry(round)
	counts := t.awaits(round)
	if counts {
		t.change()
		t.decide(AIStatusDone, e)
		t.audit = sample.drawn()
		t.ended(a, EventClassified, t.audit || sample.unsure(e.Confidence))
	} else {
		e.ErrorCode = CodeSuperseded
	}
	t.record(e)
	return counts
}

// FallBack ends a round whose last attempt failed and reports whether that counts. A ticket without a verdict
// gets the fallback labels with confidence 0 and needs review; it is never drawn for the audit, which samples
// verdicts only. A ticket with an earlier verdict keeps that verdict and its review; only the record shows
// the failure.
func (t *Ticket) FallBack(round Round, a Attempt) bool {
	e := a.entry(round)
	counts := t.awaits(round)
	if counts {
		t.change()
	}
	switch {
	case !counts:
	case t.classifiedBy.IsZero() || t.classifiedBy == SourceFallback:
		zero := 0.0
		e.Source, e.Category, e.Priority = SourceFallback, FallbackCategory, FallbackPriority
		e.Confidence, e.PriorityConfidence = &zero, &zero
		t.decide(AIStatusFallback, e)
		t.audit = false
		t.ended(a, EventFellBack, true)
	default:
		t.aiStatus = AIStatusDone
		t.ended(a, EventFellBack, t.needsReview)
	}
	t.record(e)
	return counts
}

// ended notes the end of a round, and whether a person should look at it.
func (t *Ticket) ended(a Attempt, as EventType, needsReview bool) {
	t.happened(as)
	if needsReview && !t.needsReview {
		t.happened(EventReviewNeeded)
	}
	t.needsReview = needsReview
	t.touch(a.end())
}

// RequestClassification starts a new round, also for a closed ticket or one that a person decided. It reports
// whether a round started: none does while one is under way. The labels and their review stay until the
// answer comes.
func (t *Ticket) RequestClassification(at time.Time) bool {
	if t.aiStatus == AIStatusPending {
		return false
	}
	t.change()
	t.aiStatus = AIStatusPending
	t.round++
	t.touch(at)
	return true
}

// awaits reports whether an answer to the given round may still change the labels.
func (t *Ticket) awaits(round Round) bool {
	return t.aiStatus == AIStatusPending && t.round == round
}

func (t *Ticket) decide(status AIStatus, c Classification) {
	t.aiStatus, t.category, t.priority = status, c.Category, c.Priority
	t.aiConfidence, t.classifiedBy = c.Confidence, c.Source
	t.review = Review{}
}

// record appends an entry without writing into an array that a copy of t shares.
func (t *Ticket) record(c Classification) {
	t.newEntries = append(t.newEntries[:len(t.newEntries):len(t.newEntries)], c)
}

func isSpaceOrControl(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
