package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"ticketd/adapters/local"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// fewRows is the size below which a source's figures are mostly chance: it is shown, but never the worst one.
const fewRows = 150

// group is a source or a whole file.
type group struct {
	name       string
	judgements []evaluation.Judgement
	priorities []evaluation.Judgement // where the right one is known
	figures    evaluation.Metrics
	refitted   float64 // calibration error
}

func measure(ctx context.Context, out io.Writer, all []file) error {
	c := local.New()
	sources, whole := map[string]*group{}, []*group{}
	for _, f := range all {
		g := &group{name: "all of " + filepath.Base(f.path)}
		for _, t := range f.tickets {
			o, err := judge(ctx, c, t)
			if err != nil {
				return err
			}
			name := filepath.Base(f.path) + " " + cmp.Or(t.Source, "(none)")
			if sources[name] == nil {
				sources[name] = &group{name: name}
			}
			sources[name].add(o)
			g.add(o)
		}
		whole = append(whole, g)
	}
	names := slices.Sorted(maps.Keys(sources))
	groups := make([]*group, 0, len(names)+len(whole))
	for _, name := range names {
		groups = append(groups, sources[name])
	}
	for i, g := range groups {
		g.figures = figures(g.judgements)
		g.refitted = figures(refit(without(groups, i)).apply(g.judgements)).Calibration.ECE
	}
	for _, g := range whole {
		g.figures = figures(g.judgements)
	}
	return print(out, groups, whole)
}

func judge(
	ctx context.Context, c domain.Classifier, t ports.LabelledTicket,
) ([]evaluation.Outcome, error) {
	answer, err := c.Classify(ctx, t.Text)
	return []evaluation.Outcome{{Ticket: t, Answer: answer}}, err
}

func (g *group) add(o []evaluation.Outcome) {
	g.judgements = append(g.judgements, evaluation.CategoryJudgements(o)...)
	g.priorities = append(g.priorities, evaluation.PriorityJudgements(o)...)
}

func figures(js []evaluation.Judgement) evaluation.Metrics {
	return evaluation.Measure(evaluation.CategoryLabels(), js, len(js))
}

// without returns the judgements of all groups but one.
func without(groups []*group, left int) []evaluation.Judgement {
	var rest []evaluation.Judgement
	for i, g := range groups {
		if i != left {
			rest = append(rest, g.judgements...)
		}
	}
	return rest
}

func print(out io.Writer, sources, whole []*group) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "source\tn\taccuracy\tbaseline\tmacro-F1\tconfidence\tECE\trefitted\tat 90 %\tat 95 %\t"+
		"priority n\taccuracy\tbaseline\t")
	for _, g := range sources {
		fmt.Fprintf(table, "%s%.3f\t%s", g.row(), g.refitted, g.coverage())
	}
	for _, g := range whole {
		fmt.Fprintf(table, "%s\t%s", g.row(), g.coverage())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var large []*group
	for _, g := range sources {
		if len(g.judgements) >= fewRows {
			large = append(large, g)
		}
	}
	if len(large) == 0 {
		return nil
	}
	least := slices.MinFunc(large, func(a, b *group) int {
		return cmp.Compare(a.figures.Accuracy, b.figures.Accuracy)
	})
	farthest := slices.MaxFunc(large, func(a, b *group) int {
		return cmp.Compare(a.figures.Calibration.ECE, b.figures.Calibration.ECE)
	})
	_, err := fmt.Fprintf(out,
		"\nworst of those with at least %d tickets: accuracy %.3f (%s), ECE %.3f (%s)\n", fewRows,
		least.figures.Accuracy, least.name, farthest.figures.Calibration.ECE, farthest.name)
	return err
}

func (g *group) row() string {
	f, sum := g.figures, 0.0
	for _, j := range g.judgements {
		sum += *j.Confidence
	}
	return fmt.Sprintf("%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t",
		g.name, f.N, f.Accuracy, f.Baseline.Accuracy, f.MacroF1, sum/float64(f.N), f.Calibration.ECE)
}

// coverage returns the rest of the row: what can be taken, and the priorities where they are known.
func (g *group) coverage() string {
	at := func(precision float64) float64 {
		return evaluation.Cover(g.judgements, len(g.judgements), precision).Share
	}
	row := fmt.Sprintf("%.2f\t%.2f\t", at(0.9), at(0.95))
	if n := len(g.priorities); n > 0 {
		p := evaluation.Measure(evaluation.PriorityLabels(), g.priorities, n)
		row += fmt.Sprintf("%d\t%.3f\t%.3f\t", n, p.Accuracy, p.Baseline.Accuracy)
	}
	return row + "\n"
}
