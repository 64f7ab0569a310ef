package training

import (
	"math"
	"slices"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
)

// defaultInDomain was chosen by hand. It is the prior of what is fitted.
var defaultInDomain = trained.Blend{BuiltIn: 0.4, Learned: 1.2}

const (
	// defaultOutOfDomain is the scale of outOfDomainBlend, likewise.
	defaultOutOfDomain = 1.2
	// outOfDomainTrust is how much the model's log-odds count beside the built-in ones in a ticket out of
	// domain. Fitted to other sources it would be more, and sources that it was not fitted to would fare
	// worse than without a model.
	outOfDomainTrust = 0.05

	defaultPriority = 0.5
	// biasShare is how much the frequency of the priorities counts. More, and the rare ones would never be
	// set.
	biasShare = 0.3

	// inDomainShare is the share of the held-out tickets below the threshold. More would serve the training's
	// own sources better and others worse.
	inDomainShare = 0.68
)

func outOfDomainBlend(scale float64) trained.Blend {
	return trained.Blend{BuiltIn: scale, Learned: outOfDomainTrust * scale}
}

// heldOut is a ticket with the logits of a model that did not see it.
type heldOut struct {
	example *example
	logits  trained.Logits
}

// fitBlends fits to predictions without a ticket's near-duplicates (in domain) and without its whole source
// (out of domain). Without predictions it returns the defaults.
func fitBlends(inDomain, outOfDomain []heldOut) trained.Blends {
	b := trained.Blends{Threshold: fitThreshold(inDomain), PriorityBias: fitPriorityBias(inDomain)}
	outside := func(h heldOut) float64 { return b.OutOfDomainShare(h.logits, h.example.builtIn) }
	b.InDomain = fitInDomain(inDomain, func(h heldOut) float64 { return 1 - outside(h) })
	b.OutOfDomain = fitOutOfDomain(outOfDomain, outside)
	b.Priority = fitTemperature(b, inDomain)
	return b
}

func fitThreshold(inDomain []heldOut) float64 {
	if len(inDomain) == 0 {
		return 0
	}
	all := make([]float64, len(inDomain))
	for i, h := range inDomain {
		all[i] = h.logits.Novelty
	}
	slices.Sort(all)
	return all[int(inDomainShare*float64(len(all)-1))]
}

// fitInDomain returns the blend with the least log loss.
func fitInDomain(tickets []heldOut, weight func(heldOut) float64) trained.Blend {
	n := newNewton(defaultInDomain.BuiltIn, defaultInDomain.Learned)
	for n.next() {
		b := trained.Blend{BuiltIn: n.at[0], Learned: n.at[1]}
		for _, h := range tickets {
			e := h.example
			p := local.Softmax(b.Apply(h.logits, e.builtIn))
			n.add(weight(h), p, e.category, e.builtIn.Scores, h.logits.Category)
		}
	}
	return trained.Blend{BuiltIn: max(0, n.at[0]), Learned: max(0, n.at[1])}
}

// fitOutOfDomain returns the scale of both sides with the least log loss; their ratio is fixed.
func fitOutOfDomain(tickets []heldOut, weight func(heldOut) float64) trained.Blend {
	n := newNewton(defaultOutOfDomain)
	for n.next() {
		for _, h := range tickets {
			both := outOfDomainBlend(1).Apply(h.logits, h.example.builtIn)
			n.add(weight(h), local.Softmax(scaled(both, n.at[0])), h.example.category, both)
		}
	}
	return outOfDomainBlend(max(0, n.at[0]))
}

// fitPriorityBias returns log-odds from the number of each priority, but for a constant, which a softmax
// drops.
func fitPriorityBias(tickets []heldOut) trained.PerClass {
	var counts trained.PerClass
	for _, h := range tickets {
		if h.example.priority >= 0 {
			counts[h.example.priority]++
		}
	}
	for c, n := range counts {
		counts[c] = biasShare * math.Log(1+n)
	}
	return counts
}

// fitTemperature returns the scale of the priorities' log-odds with the least log loss.
func fitTemperature(b trained.Blends, tickets []heldOut) float64 {
	n := newNewton(defaultPriority)
	for n.next() {
		b.Priority = n.at[0]
		for _, h := range tickets {
			if h.example.priority >= 0 {
				n.add(1, b.LearnedPriorities(h.logits), h.example.priority, h.logits.Priority)
			}
		}
	}
	return max(0, n.at[0])
}
