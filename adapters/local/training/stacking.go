package training

import (
	"math"
	"slices"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
)

// The blends without anything to fit them to. They were chosen by hand.
var (
	defaultInDomain    = trained.Blend{BuiltIn: 0.4, Learned: 1.2}
	defaultOutOfDomain = outOfDomainBlend(1.2)
)

const (
	// outOfDomainTrust is how much of the model's log-odds count beside the built-in ones in a ticket like none of the training's. Fitted to
	// other sources it would be more, and those that it was not fitted to would be worse off than without a model.
	outOfDomainTrust = 0.15

	defaultPriority = 0.5
	// biasShare is how much the frequency of the priorities counts. More would have the rare ones never set.
	biasShare = 0.3
)

func outOfDomainBlend(scale float64) trained.Blend {
	return trained.Blend{BuiltIn: scale, Learned: outOfDomainTrust * scale}
}

// heldOut is a ticket with what a model says of it that did not see it.
type heldOut struct {
	example *example
	logits  trained.Logits
}

const (
	// inDomainShare of the tickets at home are on the home side of the border. More would serve the training's own sources better and
	// others worse.
	inDomainShare = 0.65
	// priorStrength is how hard the usual blend holds on, in tickets.
	priorStrength = 5
)

// fitBlends fits to trials at home (their near-duplicates were left out) and abroad (their whole source was left out). What there are
// no trials for is as usual.
func fitBlends(inDomain, outOfDomain []heldOut) trained.Blends {
	b := trained.Blends{Threshold: fitThreshold(inDomain)}
	b.InDomain = fitInDomain(inDomain, defaultInDomain, func(t heldOut) float64 { return 1 - b.OutOfDomainShare(t.logits, t.example.builtIn) })
	b.OutOfDomain = fitOutOfDomain(outOfDomain, func(t heldOut) float64 { return b.OutOfDomainShare(t.logits, t.example.builtIn) })
	b.PriorityBias = fitPriorityBias(inDomain)
	fitTemperature(&b, inDomain)
	return b
}

func fitThreshold(inDomain []heldOut) float64 {
	if len(inDomain) == 0 {
		return 0
	}
	all := make([]float64, len(inDomain))
	for i, t := range inDomain {
		all[i] = t.logits.Novelty
	}
	slices.Sort(all)
	return all[int(inDomainShare*float64(len(all)-1))]
}

// fitInDomain finds the blend with the least log loss.
func fitInDomain(held []heldOut, initial trained.Blend, weight func(heldOut) float64) trained.Blend {
	n := newNewton([]float64{initial.BuiltIn, initial.Learned})
	for n.next() {
		b := trained.Blend{BuiltIn: n.at[0], Learned: n.at[1]}
		for _, t := range held {
			e := t.example
			p := local.Softmax(b.Apply(t.logits, e.builtIn))
			n.add(weight(t), p, e.category, [][trained.Classes]float64{e.builtIn.Scores, t.logits.Category})
		}
	}
	return trained.Blend{BuiltIn: max(0, n.at[0]), Learned: max(0, n.at[1])}
}

// fitOutOfDomain finds what both are worth together where the built-in scores decide.
func fitOutOfDomain(held []heldOut, weight func(heldOut) float64) trained.Blend {
	n := newNewton([]float64{defaultOutOfDomain.BuiltIn})
	for n.next() {
		for _, t := range held {
			both := outOfDomainBlend(1).Apply(t.logits, t.example.builtIn)
			n.add(weight(t), local.Softmax(scaled(both, n.at[0])), t.example.category, [][trained.Classes]float64{both})
		}
	}
	return outOfDomainBlend(max(0, n.at[0]))
}

// fitPriorityBias count the labels; what they have in common does not matter to a softmax.
func fitPriorityBias(held []heldOut) [trained.Classes]float64 {
	var counts [trained.Classes]float64
	for _, t := range held {
		if t.example.priority >= 0 {
			counts[t.example.priority]++
		}
	}
	for c, n := range counts {
		counts[c] = biasShare * math.Log(1+n)
	}
	return counts
}

// fitTemperature finds what the priority's log-odds are worth.
func fitTemperature(b *trained.Blends, held []heldOut) {
	n := newNewton([]float64{defaultPriority})
	for n.next() {
		b.Priority = n.at[0]
		for _, t := range held {
			if t.example.priority >= 0 {
				n.add(1, b.LearnedPriorities(t.logits), t.example.priority, [][trained.Classes]float64{t.logits.Priority})
			}
		}
	}
	b.Priority = max(0, n.at[0])
}
