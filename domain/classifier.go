package domain

import (
	"context"
	"math"
	"strings"
)

// MaxReason is the longest reason that is kept, in code points.
const MaxReason = 300

// Verdict is what a classifier says about a ticket. A Verdict that exists has both labels and confidences within 0 to 1.
type Verdict struct {
	category           Category
	priority           Priority
	confidence         float64
	priorityConfidence float64
	reason             string
}

// NewVerdict takes confidence as the probability that the category is right, priorityConfidence as that of the priority. A
// missing label or a figure outside 0 to 1 is ErrBadAnswer. The reason may be empty; it is put on one line and cut at MaxReason.
func NewVerdict(c Category, p Priority, confidence, priorityConfidence float64, reason string) (Verdict, error) {
	if c.IsZero() || p.IsZero() {
		return Verdict{}, ErrBadAnswer
	}
	for _, f := range []float64{confidence, priorityConfidence} {
		if math.IsNaN(f) || f < 0 || f > 1 {
			return Verdict{}, ErrBadAnswer
		}
	}
	return Verdict{c, p, confidence, priorityConfidence, oneLine(reason)}, nil
}

// Category is never zero in a verdict that exists.
func (v Verdict) Category() Category { return v.category }

// Priority is never zero in a verdict that exists.
func (v Verdict) Priority() Priority { return v.priority }

// Confidence is the probability that the category is right, 0 to 1.
func (v Verdict) Confidence() float64 { return v.confidence }

// PriorityConfidence is the probability that the priority is right, 0 to 1.
func (v Verdict) PriorityConfidence() float64 { return v.priorityConfidence }

// Reason is one line of at most MaxReason code points, or empty.
func (v Verdict) Reason() string { return v.reason }

// IsZero reports whether there is no verdict.
func (v Verdict) IsZero() bool { return v.category.IsZero() }

func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), isSpaceOrControl), " ")
	if r := []rune(s); len(r) > MaxReason {
		return string(r[:MaxReason-1]) + "…"
	}
	return s
}

// Answer is a classifier's verdict and where it came from. When the call failed, Verdict is zero and the rest says what is
// known: a cut-off answer was paid for all the same.
type Answer struct {
	Verdict       Verdict
	Source        Source // model or local
	Model         string // the provider's name for the model, or the offline classifier's version
	PromptVersion string // empty for a classifier without a prompt
	InputTokens   int    // 0 where the server does not say
	OutputTokens  int
}

// Classifier reads a ticket's text.
type Classifier interface {
	// Classify makes one attempt, of one call at most, and never repeats it: whether another one is worth it says the kind of the
	// error (see Hopeless). It must obey ctx and be safe for concurrent use.
	Classify(ctx context.Context, text Text) (Answer, error)
}

// ClassifierFunc makes a function a Classifier.
type ClassifierFunc func(ctx context.Context, text Text) (Answer, error)

// Classify calls f.
func (f ClassifierFunc) Classify(ctx context.Context, text Text) (Answer, error) { return f(ctx, text) }

// The failures of a classifier. Any other error counts as our fault (KindInternal) and is worth another attempt.
var (
	// ErrBadAnswer: an answer came but it is no verdict: off the list, out of range, refused, cut off, empty.
	ErrBadAnswer = &Error{Kind: KindInternal, Code: "bad_answer", Message: "the classifier's answer is not a verdict"}
	// ErrClassifierUnavailable: network, time-out or a failing server.
	ErrClassifierUnavailable = &Error{Kind: KindUnavailable, Code: "classifier_unavailable", Message: "the classifier is out of reach"}
	// ErrThrottled: the provider asks us to slow down; RetryAfter if it says for how long.
	ErrThrottled = &Error{Kind: KindUnavailable, Code: "classifier_throttled", Message: "the classifier answers too many requests"}
	// ErrClassifierRefused: the provider does not accept the request as we make it.
	ErrClassifierRefused = &Error{Kind: KindInvalid, Code: "classifier_refused", Message: "the classifier refuses the request"}
	// ErrClassifierKey: the provider does not accept our key, or the key's quota is used up.
	ErrClassifierKey = &Error{Kind: KindUnauthenticated, Code: "classifier_key", Message: "the classifier does not accept the key"}
	// ErrClassifierPanicked: the classifier broke on a text.
	ErrClassifierPanicked = &Error{Kind: KindInternal, Code: "classifier_panicked", Message: "the classifier panicked"}
	// ErrAttemptsSpent: every attempt of the round was used, the last one without leaving an answer (a crash).
	ErrAttemptsSpent = &Error{Kind: KindUnavailable, Code: "attempts_spent", Message: "every attempt was used"}
	// ErrNotClassified: nobody was asked, because the ticket was to be stored unclassified.
	ErrNotClassified = &Error{Kind: KindInvalid, Code: "not_classified", Message: "the ticket was stored unclassified"}
)

// ClassifierErrors lists them.
func ClassifierErrors() []*Error {
	return []*Error{
		ErrBadAnswer, ErrClassifierUnavailable, ErrThrottled, ErrClassifierRefused, ErrClassifierKey, ErrClassifierPanicked, ErrAttemptsSpent,
		ErrNotClassified,
	}
}
