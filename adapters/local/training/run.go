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
	priority bool // there are enough to learn from
	groups   []int
	folds    []int
	parts    []int // nil if sources do not matter
	nParts   int

	mu   sync.Mutex
	done int

	model                 *trained.Model
	inDomain, outOfDomain []heldOut // in the order of the examples
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
	t.groups = groupDuplicates(t.examples)
	if n := len(slices.Compact(slices.Sorted(slices.Values(t.groups)))); n < t.options.Folds {
		return fmt.Errorf("there is too little to learn from: only %d tickets are not near-duplicates of others", n)
	}
	t.folds = assignFolds(t.examples, t.groups, t.options.Folds, t.options.Seed)
	t.parts, t.nParts = assignSources(t.examples)
	return nil
}

// enoughPriorities asks of the priorities what checkCategories asks of the categories.
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

// run makes all models: the one of all tickets, and those that leave some out.
func (t *training) run(ctx context.Context) error {
	t.inDomain = make([]heldOut, len(t.examples))
	jobs := []func(context.Context) error{func(ctx context.Context) (err error) {
		t.model, err = t.learn(ctx, t.examples)
		return err
	}}
	for fold := range t.options.Folds {
		jobs = append(jobs, func(ctx context.Context) error { return t.leaveOut(ctx, t.folds, fold, t.inDomain) })
	}
	if t.nParts > 0 {
		t.outOfDomain = make([]heldOut, len(t.examples))
	}
	for part := range t.nParts {
		jobs = append(jobs, func(ctx context.Context) error { return t.leaveOut(ctx, t.parts, part, t.outOfDomain) })
	}
	return t.work(ctx, jobs)
}

// work does the jobs, as many at a time as there are processors.
func (t *training) work(ctx context.Context, jobs []func(context.Context) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan func(context.Context) error, len(jobs))
	for _, j := range jobs {
		next <- j
	}
	close(next)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() {
			for job := range next {
				if err := job(ctx); err != nil {
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

func (t *training) learn(ctx context.Context, examples []*example) (*trained.Model, error) {
	s := newStatistics(examples)
	category, err := fit(ctx, &s, examples, categoryTarget(), t.options.Seed)
	if err != nil {
		return nil, err
	}
	if !t.priority {
		return trained.NewModel(s.parameters(category, nil)), nil
	}
	priority, err := fit(ctx, &s, examples, priorityTarget(), t.options.Seed)
	if err != nil {
		return nil, err
	}
	return trained.NewModel(s.parameters(category, priority)), nil
}

// leaveOut learns from all examples but those of the part, and tries the model on these.
func (t *training) leaveOut(ctx context.Context, parts []int, part int, held []heldOut) error {
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
			held[i] = heldOut{e, m.Predict(&e.Grams)}
		}
	}
	return nil
}
