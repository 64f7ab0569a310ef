package training

import (
	"math"
	"slices"

	"ticketd/adapters/local/trained"
)

// newton minimises a log loss over one or two numbers by Newton's method, with a normal prior around their
// initial values.
type newton struct {
	at, initial []float64
	gradient    [2]float64
	hessian     [2][2]float64
	iteration   int
}

const (
	newtonIterations = 25
	maxStep          = 0.5
	// priorStrength is how many tickets the initial values weigh.
	priorStrength = 5
)

func newNewton(initial ...float64) *newton {
	return &newton{at: slices.Clone(initial), initial: initial}
}

// next takes a step along what was added and reports whether there is another iteration.
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

// add counts a ticket with the probabilities p. factors[i] are the log-odds that the i-th number scales.
func (n *newton) add(weight float64, p trained.PerClass, label int, factors ...trained.PerClass) {
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
