package training

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/ngrams"
	"ticketd/adapters/local/trained"
	"ticketd/ports"
)

// training is one run of Train.
type training struct {
	options  Options
	builtIn  *local.Classifier
	examples []*example
	priority bool  // there are enough priorities to learn from
	folds    []int // by example
	parts    []int // of the sources, by example; nil if there are not at least two sources
	nParts   int

	mu   sync.Mutex
	done int

	model                 *trained.Model
	inDomain, outOfDomain []heldOut // in the order of the examples
	curve                 []Point
}

func (t *training) read(ctx context.Context, tickets []ports.LabelledTicket) error {
	var r ngrams.Reader
	for _, ticket := range tickets {
		if err := ctx.Err(); err != nil {
			return err
		}
		e, err := newExample(ticket, t.builtIn, &r)
		if err != nil {
			return fmt.Errorf("ticket %s: %w", ticket.ID, err)
		}
		t.examples = append(t.examples, e)
	}
	t.priority = enoughPriorities(t.examples)
	groups := groupDuplicates(t.examples)
	if n := len(slices.Compact(slices.Sorted(slices.Values(groups)))); n < t.options.Folds {
		return fmt.Errorf(
			"there is too little to learn from: only %d tickets are not near-duplicates of others", n)
	}
	t.folds = assignFolds(t.examples, groups, t.options.Folds, t.options.Seed)
	t.parts, t.nParts = assignSources(t.examples)
	return nil
}

// enoughPriorities reports whether there are at least two priorities, each often enough.
func enoughPriorities(examples []*example) bool {
	counts := map[int]int{}
	for _, e := range examples {
		if e.priority >= 0 {
			counts[e.priority]++
		}
	}
	for _, n := range counts {
		if n < MinPerCategory {
			return false
		}
	}
	return len(counts) >= 2
}

// job is the fitting of one model.
type job = func(context.Context) error

// run fits all models: the one of all tickets, and those that leave some out.
func (t *training) run(ctx context.Context) error {
	t.inDomain = make([]heldOut, len(t.examples))
	jobs := []job{func(ctx context.Context) (err error) {
		t.model, err = t.learn(ctx, t.examples)
		return err
	}}
	for fold := range t.options.Folds {
		jobs = append(jobs, t.leaveOut(t.folds, fold, t.inDomain))
	}
	if t.nParts > 0 {
		t.outOfDomain = make([]heldOut, len(t.examples))
	}
	for part := range t.nParts {
		jobs = append(jobs, t.leaveOut(t.parts, part, t.outOfDomain))
	}
	curve, points := t.curveJobs()
	if err := t.work(ctx, append(jobs, curve...)); err != nil {
		return err
	}
	t.curve = points()
	return nil
}

// work does the jobs, as many at a time as there are processors.
func (t *training) work(ctx context.Context, jobs []job) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan job, len(jobs))
	for _, j := range jobs {
		next <- j
	}
	close(next)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() {
			for do := range next {
				if err := do(ctx); err != nil {
					stop(err)
					return
				}
				t.progress(len(jobs))
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

func (t *training) progress(total int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	if t.options.Progress != nil {
		t.options.Progress(t.done, total)
	}
}

func (t *training) learn(ctx context.Context, examples []*example) (_ *trained.Model, err error) {
	p := countGrams(examples)
	if p.Category, err = fit(ctx, p.IDF, examples, categoryTarget(), t.options.Seed); err != nil {
		return nil, err
	}
	if t.priority {
		if p.Priority, err = fit(ctx, p.IDF, examples, priorityTarget(), t.options.Seed); err != nil {
			return nil, err
		}
	}
	return trained.NewModel(p), nil
}

// leaveOut returns a job that fits a model without the examples of a part and has it predict these.
func (t *training) leaveOut(parts []int, part int, predicted []heldOut) job {
	return func(ctx context.Context) error {
		var rest []*example
		for i, e := range t.examples {
			if parts[i] != part {
				rest = append(rest, e)
			}
		}
		m, err := t.learn(ctx, rest)
		if err != nil {
			return err
		}
		for i, e := range t.examples {
			if parts[i] == part {
				predicted[i] = heldOut{e, m.Predict(&e.Grams)}
			}
		}
		return nil
	}
}
