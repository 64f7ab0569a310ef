package trained

import (
	"math"
	"slices"

	"ticketd/adapters/local"
	"ticketd/domain"
)

// Blends make one verdict of a model's log-odds and the built-in ones.
type Blends struct {
	// InDomain is for tickets like those of the training, OutOfDomain for all others.
	InDomain, OutOfDomain Blend
	// Threshold is the novelty at which both count alike.
	Threshold float64
	// Priority scales the model's log-odds of the priorities.
	Priority float64
	// PriorityBias holds the log-odds of the priorities before a word is read.
	PriorityBias PerClass
}

// Blend holds the factors of both sides' log-odds of the categories.
type Blend struct{ BuiltIn, Learned float64 }

const (
	// priorityMargin is how far above the threshold the built-in priority counts as much as the model's: the
	// lexicon knows little of what a help desk finds urgent.
	priorityMargin = 1

	// maxConfidence is the most that any ticket gets: people disagree about more than one in a hundred.
	maxConfidence = 0.99
	// maxOutOfDomainConfidence is the most that a ticket gets which is like none of the training's. Sources
	// left out of a training bear out more, but they have more in common with it than a new trade has.
	maxOutOfDomainConfidence = 0.93
)

// Apply returns the blended log-odds of the categories.
func (b Blend) Apply(l Logits, base Baseline) PerClass {
	var z PerClass
	for c := range z {
		z[c] = b.BuiltIn*base.Scores[c] + b.Learned*l.Category[c]
	}
	return z
}

// OutOfDomainShare returns how much the out-of-domain blend counts: from 0 for a ticket like those of the
// training to 1 for one like none of them. Where a text excludes a topic it is 1, so that the lexicon
// decides: to n-grams, "not a billing question" is a billing question.
func (b *Blends) OutOfDomainShare(l Logits, base Baseline) float64 {
	if base.Excludes {
		return 1
	}
	return noveltyGate(b.Threshold, l)
}

// gateSteepness is how fast the share changes with novelty. A flatter gate would let the model have its say
// about texts from elsewhere.
const gateSteepness = 2

func noveltyGate(threshold float64, l Logits) float64 {
	return 1 / (1 + math.Exp(gateSteepness*(threshold-l.Novelty)))
}

func (b *Blends) categories(l Logits, base Baseline) PerClass {
	in, out, share := b.InDomain.Apply(l, base), b.OutOfDomain.Apply(l, base), b.OutOfDomainShare(l, base)
	for c := range in {
		in[c] += share * (out[c] - in[c])
	}
	return local.Softmax(in)
}

// priorities returns the model's probabilities in domain, the built-in classifier's out of domain.
func (b *Blends) priorities(l Logits, base Baseline) PerClass {
	p, share := b.LearnedPriorities(l), noveltyGate(b.Threshold+priorityMargin, l)
	predicted, confidence := base.Verdict.Priority(), base.PriorityConfidence
	for c, label := range domain.Priorities() {
		q := (1 - confidence) / (Classes - 1)
		if label == predicted {
			q = confidence
		}
		p[c] += share * (q - p[c])
	}
	return p
}

// LearnedPriorities returns the model's own probabilities of the priorities.
func (b *Blends) LearnedPriorities(l Logits) PerClass {
	z := b.PriorityBias
	for c := range z {
		z[c] += b.Priority * l.Priority[c]
	}
	return local.Softmax(z)
}

// Verdict returns the likeliest labels; without learned priorities, the built-in one.
func (b *Blends) Verdict(l Logits, base Baseline, hasPriority bool) (domain.Verdict, error) {
	category, confidence := argmax(b.categories(l, base))
	limit := maxConfidence + b.OutOfDomainShare(l, base)*(maxOutOfDomainConfidence-maxConfidence)
	priority := slices.Index(domain.Priorities(), base.Verdict.Priority())
	priorityConfidence := base.PriorityConfidence
	if hasPriority {
		priority, priorityConfidence = argmax(b.priorities(l, base))
	}
	c, p := domain.Categories()[category], domain.Priorities()[priority]
	return domain.NewVerdict(c, p, new(min(confidence, limit)), &priorityConfidence, reason(c, p, base.Verdict))
}

// reason names cues of the lexicon only. It cannot name what a model has learned: that is kept as hashes.
func reason(c domain.Category, p domain.Priority, builtIn domain.Verdict) string {
	if c == builtIn.Category() && p == builtIn.Priority() {
		return builtIn.Reason()
	}
	return "learnt from labelled tickets; the lexicon alone says " + builtIn.Category().String() + ", " +
		builtIn.Priority().String() + ": " + builtIn.Reason()
}

func argmax(p PerClass) (class int, confidence float64) {
	for c := range p {
		if p[c] > p[class] {
			class = c
		}
	}
	return class, min(p[class], maxConfidence)
}
