package domain

import (
	"context"
	"math"
	"slices"
	"strings"
)

// MaxReason is the longest reason that is kept, in code points.
const MaxReason = 300

// Verdict is what a classifier says about a ticket. A Verdict that exists has both labels; each confidence is within 0 to 1 or
// unknown.
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

// NewVerdict takes confidence as the probability that the category is right, priorityConfidence as that of the priority; nil
// means unknown. Both are rounded to four digits. A missing label or a figure outside 0 to 1 is ErrBadAnswer. The reason may be
// empty; it is put on one line and cut at MaxReason.
func NewVerdict(c Category, p Priority, confidence, priorityConfidence *float64, reason string) (Verdict, error) {
	sure, ok := newProbability(confidence)
	prioritySure, priorityOK := newProbability(priorityConfidence)
	if c.IsZero() || p.IsZero() || !ok || !priorityOK {
		return Verdict{}, ErrBadAnswer
	}
	return Verdict{c, p, sure, prioritySure, oneLine(reason)}, nil
}

// newProbability rounds to the four digits that every store and answer shows; ok is false for a figure outside 0 to 1.
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

// Category is never zero in a verdict that exists.
func (v Verdict) Category() Category { return v.category }

// Priority is never zero in a verdict that exists.
func (v Verdict) Priority() Priority { return v.priority }

// Confidence is the probability that the category is right, 0 to 1; nil where nobody knows it.
func (v Verdict) Confidence() *float64 { return v.confidence.orNil() }

// PriorityConfidence is the probability that the priority is right, 0 to 1; nil where nobody knows it.
func (v Verdict) PriorityConfidence() *float64 { return v.priorityConfidence.orNil() }

// Reason is one line of at most MaxReason code points, or empty.
func (v Verdict) Reason() string { return v.reason }

// WithNote returns v with a sentence before its reason.
func (v Verdict) WithNote(note string) Verdict {
	v.reason = oneLine(note + " " + v.reason)
	return v
}

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
	// ErrBadAnswer: an answer came but it holds no verdict: a label is missing or off the list, or two verdicts disagree.
	ErrBadAnswer = &Error{Kind: KindInternal, Code: "bad_answer", Message: "the classifier's answer is not a verdict"}
	// ErrAnswerEmpty: the answer has no text.
	ErrAnswerEmpty = &Error{Kind: KindInternal, Code: "answer_empty", Message: "the classifier's answer is empty"}
	// ErrAnswerCutOff: the answer reached its size limit before the verdict was whole.
	ErrAnswerCutOff = &Error{Kind: KindInternal, Code: "answer_cut_off", Message: "the classifier's answer was cut off"}
	// ErrAnswerRefused: the model or the provider's filter refuses to answer about this text.
	ErrAnswerRefused = &Error{Kind: KindInternal, Code: "answer_refused", Message: "the classifier refuses to answer"}
	// ErrTextTooLong: the text does not fit the model's context, even shortened.
	ErrTextTooLong = &Error{Kind: KindInvalid, Code: "text_too_long", Message: "the text is too long for the model"}
	// ErrClassifierUnavailable: the network or the server fails.
	ErrClassifierUnavailable = &Error{Kind: KindUnavailable, Code: "classifier_unavailable", Message: "the classifier is out of reach"}
	// ErrClassifierTimeout: no answer came in time.
	ErrClassifierTimeout = &Error{Kind: KindUnavailable, Code: "classifier_timeout", Message: "the classifier did not answer in time"}
	// ErrThrottled: the provider asks us to slow down; RetryAfter if it says for how long.
	ErrThrottled = &Error{Kind: KindUnavailable, Code: "classifier_throttled", Message: "the classifier answers too many requests"}
	// ErrClassifierRefused: the provider does not accept the request as we make it.
	ErrClassifierRefused = &Error{Kind: KindInvalid, Code: "classifier_refused", Message: "the classifier refuses the request"}
	// ErrClassifierKey: the provider does not accept our key.
	ErrClassifierKey = &Error{Kind: KindUnauthenticated, Code: "classifier_key", Message: "the classifier does not accept the key"}
	// ErrClassifierQuota: the account has no money or quota left; waiting does not help.
	ErrClassifierQuota = &Error{Kind: KindUnauthenticated, Code: "classifier_quota", Message: "the classifier's account has no quota left"}
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
		ErrBadAnswer, ErrAnswerEmpty, ErrAnswerCutOff, ErrAnswerRefused, ErrTextTooLong, ErrClassifierUnavailable,
		ErrClassifierTimeout, ErrThrottled, ErrClassifierRefused, ErrClassifierKey, ErrClassifierQuota,
		ErrClassifierPanicked, ErrAttemptsSpent, ErrNotClassified,
	}
}

// badOutput are the codes of answers that came and were paid for, but hold no verdict.
var badOutput = []string{ErrBadAnswer.Code, ErrAnswerEmpty.Code, ErrAnswerCutOff.Code, ErrAnswerRefused.Code}

// BadOutput reports whether code is that of an answer that came but holds no verdict.
func BadOutput(code string) bool { return slices.Contains(badOutput, code) }

// ProviderFault reports whether code is that of a failure that lies with the provider or the way to it, not with the ticket:
// unreachable, no answer in time, throttled, key, quota. It passes when the provider answers again.
func ProviderFault(code string) bool { return slices.Contains(ProviderFaults(), code) }

// ProviderFaults lists the codes of which ProviderFault is true. A passed deadline is among them: it cut off a call.
func ProviderFaults() []string {
	return []string{
		ErrClassifierUnavailable.Code, ErrClassifierTimeout.Code, ErrThrottled.Code, ErrClassifierKey.Code, ErrClassifierQuota.Code, codeTimeout,
	}
}
