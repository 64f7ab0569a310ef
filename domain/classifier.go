package domain

import (
	"context"
	"math"
	"slices"
	"strings"
)

// MaxReason is the maximum length of a stored reason, in code points.
const MaxReason = 300

// Verdict is a classifier's decision about a ticket. Every Verdict but the zero value has both labels; each
// confidence is within 0 to 1 or unknown.
type Verdict struct {
	category           Category
	priority           Priority
	confidence         probability
	priorityConfidence probability
	reason             string
}

// probability is a figure from 0 to 1, or unknown.
type probability struct {
	figure float64
	known  bool
}

// NewVerdict returns a verdict. confidence is the probability that the category is right, priorityConfidence
// that the priority is; nil means unknown. Both are rounded to four digits. A missing label or a figure
// outside 0 to 1 is ErrBadAnswer. The reason may be empty; it becomes one line of at most MaxReason code
// points.
func NewVerdict(c Category, p Priority, confidence, priorityConfidence *float64,
	reason string) (Verdict, error) {
	sure, ok := newProbability(confidence)
	prioritySure, priorityOK := newProbability(priorityConfidence)
	if c.IsZero() || p.IsZero() || !ok || !priorityOK {
		return Verdict{}, ErrBadAnswer
	}
	return Verdict{c, p, sure, prioritySure, oneLine(reason)}, nil
}

// newProbability rounds f to the four digits that every store and answer shows; ok is false if f is outside 0
// to 1.
func newProbability(f *float64) (p probability, ok bool) {
	if f == nil {
		return probability{}, true
	}
	return probability{math.Round(*f*1e4) / 1e4, true}, *f >= 0 && *f <= 1
}

func (p probability) orNil() *float64 {
	if !p.known {
		return nil
	}
	return &p.figure
}

// Category returns the category, which is zero only in the zero Verdict.
func (v Verdict) Category() Category { return v.category }

// Priority returns the priority, which is zero only in the zero Verdict.
func (v Verdict) Priority() Priority { return v.priority }

// Confidence returns the probability, 0 to 1, that the category is right; nil if unknown.
func (v Verdict) Confidence() *float64 { return v.confidence.orNil() }

// PriorityConfidence returns the probability, 0 to 1, that the priority is right; nil if unknown.
func (v Verdict) PriorityConfidence() *float64 { return v.priorityConfidence.orNil() }

// Reason returns one line of at most MaxReason code points, or "".
func (v Verdict) Reason() string { return v.reason }

// WithNote returns v with note prepended to its reason.
func (v Verdict) WithNote(note string) Verdict {
	v.reason = oneLine(note + " " + v.reason)
	return v
}

// IsZero reports whether v holds no verdict.
func (v Verdict) IsZero() bool { return v.category.IsZero() }

func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), isSpaceOrControl), " ")
	if r := []rune(s); len(r) > MaxReason {
		return string(r[:MaxReason-1]) + "…"
	}
	return s
}

// Answer is a classifier's verdict and its origin. If the call failed, Verdict is zero and the other fields
// hold what is known: an answer that was cut off is paid for all the same.
type Answer struct {
	Verdict       Verdict
	Source        Source // model or local
	Model         string // the provider's name for the model, or the offline classifier's version
	PromptVersion string // empty for a classifier without a prompt
	InputTokens   int    // 0 where the server does not say
	OutputTokens  int
}

// Classifier finds the labels of a ticket.
type Classifier interface {
	// Classify makes one attempt with at most one call and never retries: the kind of the error tells the
	// caller whether to (see Hopeless). It must obey ctx and be safe for concurrent use.
	Classify(ctx context.Context, text Text) (Answer, error)
}

// ClassifierFunc adapts a function to Classifier.
type ClassifierFunc func(ctx context.Context, text Text) (Answer, error)

// Classify calls f.
func (f ClassifierFunc) Classify(ctx context.Context, text Text) (Answer, error) { return f(ctx, text) }

// A classifier fails with one of these errors. Any other error counts as our fault (KindInternal) and is
// worth another attempt.
var (
	// ErrBadAnswer: the answer holds no verdict: a label is missing or not on the list, or two verdicts
	// disagree.
	ErrBadAnswer = &Error{
		Kind: KindInternal, Code: "bad_answer", Message: "the classifier's answer is not a verdict",
	}
	// ErrAnswerEmpty: the answer has no text.
	ErrAnswerEmpty = &Error{
		Kind: KindInternal, Code: "answer_empty", Message: "the classifier's answer is empty",
	}
	// ErrAnswerCutOff: the answer reached its size limit before the verdict was complete.
	ErrAnswerCutOff = &Error{
		Kind: KindInternal, Code: "answer_cut_off", Message: "the classifier's answer was cut off",
	}
	// ErrAnswerRefused: the model or the provider's filter refuses to answer about this text. It would refuse
	// again, and the refusal would be paid again.
	ErrAnswerRefused = &Error{
		Kind: KindInvalid, Code: "answer_refused", Message: "the classifier refuses to answer",
	}
	// ErrTextTooLong: the text does not fit the model's context, not even shortened.
	ErrTextTooLong = &Error{
		Kind: KindInvalid, Code: "text_too_long", Message: "the text is too long for the model",
	}
	// ErrClassifierUnavailable: the network or the server fails.
	ErrClassifierUnavailable = &Error{
		Kind: KindUnavailable, Code: "classifier_unavailable", Message: "the classifier is out of reach",
	}
	// ErrClassifierTimeout: no answer came in time.
	ErrClassifierTimeout = &Error{
		Kind: KindUnavailable, Code: "classifier_timeout", Message: "the classifier did not answer in time",
	}
	// ErrThrottled: the provider asks us to slow down, for RetryAfter if set.
	ErrThrottled = &Error{
		Kind: KindUnavailable, Code: "classifier_throttled", Message: "the classifier answers too many requests",
	}
	// ErrClassifierRefused: the provider does not accept the request as we make it.
	ErrClassifierRefused = &Error{
		Kind: KindInvalid, Code: "classifier_refused", Message: "the classifier refuses the request",
	}
	// ErrClassifierKey: the provider does not accept our key.
	ErrClassifierKey = &Error{
		Kind: KindUnauthenticated, Code: "classifier_key", Message: "the classifier does not accept the key",
	}
	// ErrClassifierQuota: the account has no money or quota left; waiting does not help.
	ErrClassifierQuota = &Error{
		Kind: KindUnauthenticated, Code: "classifier_quota", Message: "the classifier's account has no quota left",
	}
	// ErrClassifierPanicked: the classifier broke on a text.
	ErrClassifierPanicked = &Error{
		Kind: KindInternal, Code: "classifier_panicked", Message: "the classifier panicked",
	}
	// ErrAttemptsSpent: the round has used every attempt, and a crash cut off the last one.
	ErrAttemptsSpent = &Error{Kind: KindUnavailable, Code: "attempts_spent", Message: "every attempt was used"}
	// ErrNotClassified: no call was made, because the ticket was to be stored unclassified.
	ErrNotClassified = &Error{
		Kind: KindInvalid, Code: "not_classified", Message: "the ticket was stored unclassified",
	}
)

// ClassifierErrors returns all of them.
func ClassifierErrors() []*Error {
	return []*Error{
		ErrBadAnswer, ErrAnswerEmpty, ErrAnswerCutOff, ErrAnswerRefused, ErrTextTooLong, ErrClassifierUnavailable,
		ErrClassifierTimeout, ErrThrottled, ErrClassifierRefused, ErrClassifierKey, ErrClassifierQuota,
		ErrClassifierPanicked, ErrAttemptsSpent, ErrNotClassified,
	}
}

// badOutput lists the codes of answers that were paid for but hold no verdict.
var badOutput = []string{ErrBadAnswer.Code, ErrAnswerEmpty.Code, ErrAnswerCutOff.Code, ErrAnswerRefused.Code}

// BadOutput reports whether code stands for an answer that holds no verdict.
func BadOutput(code string) bool { return slices.Contains(badOutput, code) }

// ProviderFault reports whether code stands for a failure of the provider or of the way to it, not of the
// ticket: unreachable, no answer in time, throttled, key, quota. Such a failure passes when the provider
// answers again.
func ProviderFault(code string) bool { return slices.Contains(ProviderFaults(), code) }

// ProviderFaults returns the codes for which ProviderFault is true. They include that of a passed deadline,
// which cut off a call.
func ProviderFaults() []string {
	return []string{
		ErrClassifierUnavailable.Code, ErrClassifierTimeout.Code, ErrThrottled.Code, ErrClassifierKey.Code,
		ErrClassifierQuota.Code, codeTimeout,
	}
}
