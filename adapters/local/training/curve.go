package training

import (
	"context"
	"math/rand/v2"

	"ticketd/adapters/local/trained"
	"ticketd/domain"
)

// curveSizes are the numbers of tickets that the learning curve is drawn through.
var curveSizes = [...]int{60, 120, 240, 480}

const (
	// curveDraws is how often so many tickets are drawn: few tickets leave much to chance.
	curveDraws = 3
	curveFolds = 2
)

// Point is what models say that learnt from so many of the tickets.
type Point struct {
	Tickets int
	// Asked are the positions of tickets that the model at hand did not see, nor their near-duplicates.
	Asked    []int
	Verdicts []domain.Verdict // in the order of Asked
}

// curveJobs returns the jobs that make the points, and a function that returns them afterwards.
func (t *training) curveJobs() (jobs []job, points func() []Point) {
	draws := min(curveDraws, t.options.Folds)
	var parts []Point
	for _, size := range curveSizes {
		for fold := range draws {
			asked, learnt := t.draw(fold, size)
			if learnt == nil {
				continue
			}
			parts = append(parts, Point{Tickets: size, Asked: asked})
			i := len(parts) - 1
			jobs = append(jobs, func(ctx context.Context) (err error) {
				parts[i].Verdicts, err = t.ask(ctx, learnt, asked)
				return err
			})
		}
	}
	return jobs, func() []Point { return joined(parts) }
}

// draw returns the positions of a fold's tickets, and size others; nil if there are not so many.
func (t *training) draw(fold, size int) (asked []int, learnt []*example) {
	var others []*example
	for i, e := range t.examples {
		if t.folds[i] == fold {
			asked = append(asked, i)
		} else {
			others = append(others, e)
		}
	}
	if len(others) < size {
		return nil, nil
	}
	random := rand.New(rand.NewPCG(t.options.Seed, uint64(fold)))
	random.Shuffle(len(others), func(i, k int) { others[i], others[k] = others[k], others[i] })
	return asked, others[:size]
}

// ask returns what a model that learnt from few tickets says of others.
func (t *training) ask(ctx context.Context, learnt []*example, asked []int) ([]domain.Verdict, error) {
	few := &training{
		options: Options{Folds: curveFolds, Seed: t.options.Seed}, builtIn: t.builtIn, examples: learnt,
		inDomain: make([]heldOut, len(learnt)),
	}
	few.folds = assignFolds(learnt, groupDuplicates(learnt), curveFolds, t.options.Seed)
	for fold := range curveFolds {
		if err := few.leaveOut(few.folds, fold, few.inDomain)(ctx); err != nil {
			return nil, err
		}
	}
	model, err := few.learn(ctx, learnt)
	if err != nil {
		return nil, err
	}
	return t.verdictsBy(model, fitBlends(few.inDomain, nil), asked)
}

func (t *training) verdictsBy(m *trained.Model, b trained.Blends, asked []int) ([]domain.Verdict, error) {
	verdicts := make([]domain.Verdict, len(asked))
	for k, i := range asked {
		e := t.examples[i]
		var err error
		if verdicts[k], err = b.Verdict(m.Predict(&e.Grams), e.builtIn, false); err != nil {
			return nil, err
		}
	}
	return verdicts, nil
}

// joined makes one point of the draws of each size.
func joined(parts []Point) []Point {
	var points []Point
	for _, p := range parts {
		if n := len(points); n > 0 && points[n-1].Tickets == p.Tickets {
			points[n-1].Asked = append(points[n-1].Asked, p.Asked...)
			points[n-1].Verdicts = append(points[n-1].Verdicts, p.Verdicts...)
			continue
		}
		points = append(points, p)
	}
	return points
}
