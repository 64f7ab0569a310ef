package trained

import (
	"math"
	"slices"

	"ticketd/adapters/local"
	"ticketd/domain"
)

// blends say how the model's view and the built-in one make one verdict.
type Blends struct {
	InDomain, OutOfDomain Blend            // of the category's log-odds, for tickets like those of the training and for others
	Threshold             float64          // the foreignness at which both count alike
	Priority              float64          // what the priority's log-odds are worth
	PriorityBias          [Classes]float64 // log-odds of the priorities before a word is read
}

// blend holds what the log-odds of each side are worth.
type Blend struct{ BuiltIn, Learned float64 }

const (
	// priorityMargin is how much more foreign than at the border a ticket must be for the built-in priority to count as much as the
	// model's: the lexicon knows little of what a help desk finds urgent.
	priorityMargin = 1

	// maxConfidence is what no text exceeds: people disagree about more than one ticket in a hundred.
	maxConfidence = 0.99
	// maxOutOfDomainConfidence is what no ticket exceeds that is like none of the training's. Sources that are left out of the training bear out
	// more, but they have more in common with it than a new trade has.
	maxOutOfDomainConfidence = 0.93
)

func (b Blend) Apply(s Logits, builtIn Baseline) [Classes]float64 {
	var z [Classes]float64
	for c := range z {
		z[c] = b.BuiltIn*builtIn.Scores[c] + b.Learned*s.Category[c]
	}
	return z
}

// outOfDomainShare is from 0 for a ticket like those of the training to 1 for one like none of them. N-grams do not tell "not a billing
// question" from a billing question, so that the lexicon decides where it finds something excluded.
func (b *Blends) OutOfDomainShare(s Logits, builtIn Baseline) float64 {
	if builtIn.Excludes {
		return 1
	}
	return noveltyGate(b.Threshold, s)
}

func noveltyGate(threshold float64, s Logits) float64 { return 1 / (1 + math.Exp(threshold-s.Novelty)) }

func (b *Blends) category(s Logits, builtIn Baseline) [Classes]float64 {
	inDomain, outOfDomain, share := b.InDomain.Apply(s, builtIn), b.OutOfDomain.Apply(s, builtIn), b.OutOfDomainShare(s, builtIn)
	for c := range inDomain {
		inDomain[c] += share * (outOfDomain[c] - inDomain[c])
	}
	return local.Softmax(inDomain)
}

// priorities are those of the model at home and the built-in classifier's abroad.
func (b *Blends) priorities(s Logits, builtIn Baseline) [Classes]float64 {
	p, share := b.LearnedPriorities(s), noveltyGate(b.Threshold+priorityMargin, s)
	said, confidence := builtIn.Verdict.Priority(), builtIn.Verdict.PriorityConfidence()
	for c, label := range domain.Priorities() {
		q := (1 - confidence) / (Classes - 1)
		if label == said {
			q = confidence
		}
		p[c] += share * (q - p[c])
	}
	return p
}

func (b *Blends) LearnedPriorities(s Logits) [Classes]float64 {
	z := b.PriorityBias
	for c := range z {
		z[c] += b.Priority * s.Priority[c]
	}
	return local.Softmax(z)
}

func (b *Blends) Judge(s Logits, builtIn Baseline, hasPriority bool) (domain.Verdict, error) {
	category, confidence := argmax(b.category(s, builtIn))
	confidence = min(confidence, maxConfidence+b.OutOfDomainShare(s, builtIn)*(maxOutOfDomainConfidence-maxConfidence))
	priority, priorityConfidence := slices.Index(domain.Priorities(), builtIn.Verdict.Priority()), builtIn.Verdict.PriorityConfidence()
	if hasPriority {
		priority, priorityConfidence = argmax(b.priorities(s, builtIn))
	}
	c, p := domain.Categories()[category], domain.Priorities()[priority]
	return domain.NewVerdict(c, p, confidence, priorityConfidence, reason(c, p, builtIn.Verdict))
}

// reason holds nothing of the ticket: words that were learnt from tickets are hashes.
func reason(c domain.Category, p domain.Priority, builtIn domain.Verdict) string {
	if c == builtIn.Category() && p == builtIn.Priority() {
		return builtIn.Reason()
	}
	return "learnt from labelled tickets; the lexicon alone says " + builtIn.Category().String() + ", " + builtIn.Priority().String() +
		": " + builtIn.Reason()
}

func argmax(p [Classes]float64) (class int, confidence float64) {
	for c := range p {
		if p[c] > p[class] {
			class = c
		}
	}
	return class, min(p[class], maxConfidence)
}
