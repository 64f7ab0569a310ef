package trained

import (
	"math"
	"slices"

	"ticketd/domain"
)

// blends say how the model's view and the built-in one make one verdict.
type blends struct {
	inDomain, outOfDomain blend            // of the category's log-odds, for tickets like those of the training and for others
	threshold             float64          // the foreignness at which both count alike
	priority              float64          // what the priority's log-odds are worth
	priorityBias          [classes]float64 // log-odds of the priorities before a word is read
}

// blend holds what the log-odds of each side are worth.
type blend struct{ builtIn, learned float64 }

// The blends without anything to fit them to. They were chosen by hand.
var (
	defaultInDomain    = blend{builtIn: 0.4, learned: 1.2}
	defaultOutOfDomain = outOfDomainBlend(1.2)
)

const (
	// outOfDomainTrust is how much of the model's log-odds count beside the built-in ones in a ticket like none of the training's. Fitted to
	// other sources it would be more, and those that it was not fitted to would be worse off than without a model.
	outOfDomainTrust = 0.15

	defaultPriority = 0.5
	// biasShare is how much the frequency of the priorities counts. More would have the rare ones never set.
	biasShare = 0.3
	// priorityMargin is how much more foreign than at the border a ticket must be for the built-in priority to count as much as the
	// model's: the lexicon knows little of what a help desk finds urgent.
	priorityMargin = 1
)

func outOfDomainBlend(scale float64) blend {
	return blend{builtIn: scale, learned: outOfDomainTrust * scale}
}

const (
	// maxConfidence is what no text exceeds: people disagree about more than one ticket in a hundred.
	maxConfidence = 0.99
	// maxOutOfDomainConfidence is what no ticket exceeds that is like none of the training's. Sources that are left out of the training bear out
	// more, but they have more in common with it than a new trade has.
	maxOutOfDomainConfidence = 0.93
)

func (b blend) apply(s logits, builtIn baseline) [classes]float64 {
	var z [classes]float64
	for c := range z {
		z[c] = b.builtIn*builtIn.scores[c] + b.learned*s.category[c]
	}
	return z
}

// outOfDomainShare is from 0 for a ticket like those of the training to 1 for one like none of them. N-grams do not tell "not a billing
// question" from a billing question, so that the lexicon decides where it finds something excluded.
func (b *blends) outOfDomainShare(s logits, builtIn baseline) float64 {
	if builtIn.excludes {
		return 1
	}
	return noveltyGate(b.threshold, s)
}

func noveltyGate(threshold float64, s logits) float64 { return 1 / (1 + math.Exp(threshold-s.novelty)) }

func (b *blends) category(s logits, builtIn baseline) [classes]float64 {
	inDomain, outOfDomain, share := b.inDomain.apply(s, builtIn), b.outOfDomain.apply(s, builtIn), b.outOfDomainShare(s, builtIn)
	for c := range inDomain {
		inDomain[c] += share * (outOfDomain[c] - inDomain[c])
	}
	return softmax(inDomain)
}

// priorities are those of the model at home and the built-in classifier's abroad.
func (b *blends) priorities(s logits, builtIn baseline) [classes]float64 {
	p, share := b.learnedPriorities(s), noveltyGate(b.threshold+priorityMargin, s)
	said, confidence := builtIn.verdict.Priority(), builtIn.verdict.PriorityConfidence()
	for c, label := range domain.Priorities() {
		q := (1 - confidence) / (classes - 1)
		if label == said {
			q = confidence
		}
		p[c] += share * (q - p[c])
	}
	return p
}

func (b *blends) learnedPriorities(s logits) [classes]float64 {
	z := b.priorityBias
	for c := range z {
		z[c] += b.priority * s.priority[c]
	}
	return softmax(z)
}

func (b *blends) judge(s logits, builtIn baseline, hasPriority bool) (domain.Verdict, error) {
	category, confidence := argmax(b.category(s, builtIn))
	confidence = min(confidence, maxConfidence+b.outOfDomainShare(s, builtIn)*(maxOutOfDomainConfidence-maxConfidence))
	priority, priorityConfidence := slices.Index(domain.Priorities(), builtIn.verdict.Priority()), builtIn.verdict.PriorityConfidence()
	if hasPriority {
		priority, priorityConfidence = argmax(b.priorities(s, builtIn))
	}
	c, p := domain.Categories()[category], domain.Priorities()[priority]
	return domain.NewVerdict(c, p, confidence, priorityConfidence, reason(c, p, builtIn.verdict))
}

// reason holds nothing of the ticket: words that were learnt from tickets are hashes.
func reason(c domain.Category, p domain.Priority, builtIn domain.Verdict) string {
	if c == builtIn.Category() && p == builtIn.Priority() {
		return builtIn.Reason()
	}
	return "learnt from labelled tickets; the lexicon alone says " + builtIn.Category().String() + ", " + builtIn.Priority().String() +
		": " + builtIn.Reason()
}

func argmax(p [classes]float64) (class int, confidence float64) {
	for c := range p {
		if p[c] > p[class] {
			class = c
		}
	}
	return class, min(p[class], maxConfidence)
}
