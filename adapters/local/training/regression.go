package training

import (
	"context"
	"math/rand/v2"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/adapters/local/trained"
)

const (
	// inversePenalty is the inverse of the L2 penalty (C in many programs), per class and ticket.
	inversePenalty = 14
	// initialRate is the first step's length, for rows of the length 1 in each block.
	initialRate = 2
	// targetSteps, one per ticket and epoch, decide the number of epochs within its limits.
	targetSteps = 50_000
	minEpochs   = 10
	maxEpochs   = 100
	// scoreShare of the built-in scores is where the category's regression starts. More would leave it too
	// little to learn.
	scoreShare = 0.2
)

// target says what a regression learns and from which log-odds it starts.
type target struct {
	label func(*example) int // -1: not labelled
	start func(*example) trained.PerClass
}

func categoryTarget() target {
	return target{
		label: func(e *example) int { return e.category },
		start: func(e *example) trained.PerClass { return scaled(e.builtIn.Scores, scoreShare) },
	}
}

// priorityTarget starts from 0: the lexicon's idea of what is urgent seldom agrees with a help desk's.
func priorityTarget() target {
	return target{
		label: func(e *example) int { return e.priority },
		start: func(*example) trained.PerClass { return trained.PerClass{} },
	}
}

func scaled(z trained.PerClass, by float64) trained.PerClass {
	for c := range z {
		z[c] *= by
	}
	return z
}

// fit returns the weights for the examples that have a label. The same seed gives the same weights.
func fit(
	ctx context.Context, idf []float32, examples []*example, t target, seed uint64,
) (trained.Weights, error) {
	rows := newRows(idf, examples, t)
	w := make(trained.Weights, ngrams.Buckets)
	if len(rows) == 0 {
		return w, nil
	}
	penalty := 1 / (inversePenalty * float64(len(rows)))
	random := rand.New(rand.NewPCG(seed, uint64(len(rows))))
	// The true weights are scale·w, so that the penalty costs one multiplication a step (Bottou 2010).
	scale, step := 1.0, 0.0
	for range min(max(targetSteps/len(rows), minEpochs), maxEpochs) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, i := range random.Perm(len(rows)) {
			rate := initialRate / (1 + penalty*initialRate*step)
			gradient := rows[i].gradient(w, scale)
			scale *= 1 - rate*penalty
			rows[i].descend(w, gradient, rate/scale)
			step++
		}
	}
	for i := range w {
		for c := range w[i] {
			w[i][c] *= float32(scale)
		}
	}
	return w, nil
}

// row is an example as a regression sees it.
type row struct {
	features []ngrams.Feature
	values   []float32
	start    trained.PerClass
	label    int
}

func newRows(idf []float32, examples []*example, t target) []row {
	var rows []row
	for _, e := range examples {
		if label := t.label(e); label >= 0 {
			rows = append(rows, row{e.Features, tfidf(idf, e.Features), t.start(e), label})
		}
	}
	return rows
}

// gradient returns the gradient of the log loss by the log-odds of each class.
func (r *row) gradient(w trained.Weights, scale float64) trained.PerClass {
	var z [trained.Classes]float32
	for i, f := range r.features {
		x, b := r.values[i], &w[f.Bucket]
		z[0] += b[0] * x
		z[1] += b[1] * x
		z[2] += b[2] * x
	}
	g := r.start
	for c := range g {
		g[c] += scale * float64(z[c])
	}
	g = local.Softmax(g)
	g[r.label]--
	return g
}

func (r *row) descend(w trained.Weights, gradient trained.PerClass, rate float64) {
	var d [trained.Classes]float32
	for c := range d {
		d[c] = float32(rate * gradient[c])
	}
	for i, f := range r.features {
		x, b := r.values[i], &w[f.Bucket]
		b[0] -= d[0] * x
		b[1] -= d[1] * x
		b[2] -= d[2] * x
	}
}
