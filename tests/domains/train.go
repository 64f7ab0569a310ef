package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"text/tabwriter"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
	"ticketd/adapters/local/training"
	"ticketd/app/evaluation"
	"ticketd/ports"
)

// drawing says how rows are drawn to train with.
type drawing struct {
	rows, draws int
	seed        uint64
}

func train(ctx context.Context, out io.Writer, all []file, d drawing) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table,
		"file\tdraw\trows\tasked\tbuilt in: accuracy\tmacro-F1\tECE\ttrained: accuracy\tmacro-F1\tECE\t")
	for _, f := range all {
		if d.rows >= len(f.tickets) {
			return fmt.Errorf("%s has only %d tickets", f.path, len(f.tickets))
		}
		for draw := range d.draws {
			random := rand.New(rand.NewPCG(d.seed, uint64(draw)))
			order := random.Perm(len(f.tickets))
			own, rest := pick(f.tickets, order[:d.rows]), pick(f.tickets, order[d.rows:])
			before, after, err := d.compare(ctx, own, rest)
			if err != nil {
				return fmt.Errorf("%s: %w", f.path, err)
			}
			fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s%s\n",
				filepath.Base(f.path), draw+1, len(own), len(rest), short(before), short(after))
		}
	}
	return table.Flush()
}

func pick(tickets []ports.LabelledTicket, at []int) []ports.LabelledTicket {
	picked := make([]ports.LabelledTicket, len(at))
	for i, k := range at {
		picked[i] = tickets[k]
	}
	return picked
}

// compare returns the figures of the rest without a model and with one that was trained with own.
func (d drawing) compare(
	ctx context.Context, own, rest []ports.LabelledTicket,
) (before, after evaluation.Metrics, err error) {
	builtIn := local.New()
	model, _, err := training.Train(ctx, own, builtIn, training.Options{Folds: 5, Seed: d.seed})
	if err != nil {
		return before, after, err
	}
	withModel := trained.New(model, builtIn)
	var old, now []evaluation.Judgement
	for _, t := range rest {
		o, err := judge(ctx, builtIn, t)
		if err != nil {
			return before, after, err
		}
		old = append(old, evaluation.CategoryJudgements(o)...)
		if o, err = judge(ctx, withModel, t); err != nil {
			return before, after, err
		}
		now = append(now, evaluation.CategoryJudgements(o)...)
	}
	return figures(old), figures(now), nil
}

func short(f evaluation.Metrics) string {
	return fmt.Sprintf("%.3f\t%.3f\t%.3f\t", f.Accuracy, f.MacroF1, f.Calibration.ECE)
}
