package trained

import (
	"math"
	"slices"
)

// heldOut is a ticket with what a model says of it that did not see it.
type heldOut struct {
	example *example
	logits  logits
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
func fitBlends(inDomain, outOfDomain []heldOut) blends {
	b := blends{threshold: fitThreshold(inDomain)}
	b.inDomain = fitInDomain(inDomain, defaultInDomain, func(t heldOut) float64 { return 1 - b.outOfDomainShare(t.logits, t.example.builtIn) })
	b.outOfDomain = fitOutOfDomain(outOfDomain, func(t heldOut) float64 { return b.outOfDomainShare(t.logits, t.example.builtIn) })
	b.priorityBias = fitPriorityBias(inDomain)
	b.fitTemperature(inDomain)
	return b
}

func fitThreshold(inDomain []heldOut) float64 {
	if len(inDomain) == 0 {
		return 0
	}
	all := make([]float64, len(inDomain))
	for i, t := range inDomain {
		all[i] = t.logits.novelty
	}
	slices.Sort(all)
	return all[int(inDomainShare*float64(len(all)-1))]
}

// fitInDomain finds the blend with the least log loss.
func fitInDomain(held []heldOut, initial blend, weight func(heldOut) float64) blend {
	n := newNewton([]float64{initial.builtIn, initial.learned})
	for n.next() {
		b := blend{n.at[0], n.at[1]}
		for _, t := range held {
			e := t.example
			p := softmax(b.apply(t.logits, e.builtIn))
			n.add(weight(t), p, e.category, [][classes]float64{e.builtIn.scores, t.logits.category})
		}
	}
	return blend{max(0, n.at[0]), max(0, n.at[1])}
}

// fitOutOfDomain finds what both are worth together where the built-in scores decide.
func fitOutOfDomain(held []heldOut, weight func(heldOut) float64) blend {
	n := newNewton([]float64{defaultOutOfDomain.builtIn})
	for n.next() {
		for _, t := range held {
			both := outOfDomainBlend(1).apply(t.logits, t.example.builtIn)
			n.add(weight(t), softmax(scaled(both, n.at[0])), t.example.category, [][classes]float64{both})
		}
	}
	return outOfDomainBlend(max(0, n.at[0]))
}

// fitPriorityBias count the labels; what they have in common does not matter to a softmax.
func fitPriorityBias(held []heldOut) [classes]float64 {
	var counts [classes]float64
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
func (b *blends) fitTemperature(held []heldOut) {
	n := newNewton([]float64{defaultPriority})
	for n.next() {
		b.priority = n.at[0]
		for _, t := range held {
			if t.example.priority >= 0 {
				n.add(1, b.learnedPriorities(t.logits), t.example.priority, [][classes]float64{t.logits.priority})
			}
		}
	}
	b.priority = max(0, n.at[0])
}

// newton minimises a log loss over one or two numbers by Newton's method.
type newton struct {
	at, initial []float64
	gradient    [2]float64
	hessian     [2][2]float64
	iteration   int
}

const (
	newtonIterations = 25
	maxStep          = 0.5
)

func newNewton(initial []float64) *newton {
	return &newton{at: slices.Clone(initial), initial: initial}
}

// next takes a step with what was added and reports whether there is another turn.
func (n *newton) next() bool {
	if n.iteration > 0 {
		n.step()
	}
	n.iteration++
	n.gradient, n.hessian = [2]float64{}, [2][2]float64{{priorStrength, 0}, {0, priorStrength}}
	for i := range n.at {
		n.gradient[i] = priorStrength * (n.at[i] - n.initial[i])
	}
	return n.iteration <= newtonIterations
}

// add one ticket with its chances p, where factors[i] is what the i-th number is multiplied with.
func (n *newton) add(weight float64, p [classes]float64, label int, factors [][classes]float64) {
	var means [2]float64
	for i, x := range factors {
		for c := range x {
			means[i] += p[c] * x[c]
		}
		n.gradient[i] += weight * (means[i] - x[label])
	}
	for i, x := range factors {
		for k, y := range factors {
			product := 0.0
			for c := range x {
				product += p[c] * x[c] * y[c]
			}
			n.hessian[i][k] += weight * (product - means[i]*means[k])
		}
	}
}

func (n *newton) step() {
	h, g := n.hessian, n.gradient
	det := h[0][0]*h[1][1] - h[0][1]*h[1][0]
	steps := [2]float64{(h[1][1]*g[0] - h[0][1]*g[1]) / det, (h[0][0]*g[1] - h[1][0]*g[0]) / det}
	for i := range n.at {
		n.at[i] -= math.Max(-maxStep, math.Min(maxStep, steps[i]))
	}
}
