package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/schollz/progressbar/v3"

	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
	"ticketd/adapters/local/training"
	"ticketd/adapters/textreport"
	"ticketd/app/evaluation"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/ports"
)

type train struct {
	Data   string `xor:"from" placeholder:"FILE" help:"Labelled tickets, .jsonl or .csv: title, description, category, and where known priority and source."`
	FromDB bool   `name:"from-db" xor:"from" help:"Instead of a file: the tickets in DB_URL that a person corrected or confirmed, with the labels he left."`
	Out    string `required:"" placeholder:"MODEL" help:"Where to write the model, for LOCAL_MODEL."`
	Folds  int    `default:"5" placeholder:"N" help:"Parts of the cross-validation, 2 to 20. Default: ${default}."`
	Seed   uint64 `default:"1" placeholder:"N" help:"The same data and seed give the same file. Default: ${default}."`

	Store settings.RawStore `embed:"" group:"Store"`
}

// maxTraining bounds time and memory: more tickets hardly teach more.
const maxTraining = 50_000

// Validate is asked when the flags are read.
func (c *train) Validate() error {
	if c.Data == "" && !c.FromDB {
		return errors.New("--data or --from-db must say what to learn from")
	}
	if c.Folds < training.MinFolds || c.Folds > training.MaxFolds {
		return fmt.Errorf("--folds must be from %d to %d", training.MinFolds, training.MaxFolds)
	}
	if err := mayBecomeModel(c.Out, c.Data); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return nil
}

// Run trains, says how good the model is, and writes it.
func (c *train) Run(ctx context.Context, out *streams) error {
	tickets, n, err := c.read(ctx, out)
	if err != nil {
		return err
	}
	if n > len(tickets) {
		if _, err := fmt.Fprintf(out.stderr, "%d of the %d tickets are taken, spread evenly\n", len(tickets), n); err != nil {
			return err
		}
	}
	model, validation, err := c.train(ctx, tickets, out)
	if err != nil {
		return fmt.Errorf("%s: %w", c.from(), err)
	}
	if err := textreport.Training(out.stdout, trainedOf(tickets, model, validation, c.Folds)); err != nil {
		return err
	}
	data := model.Encode()
	if err := writeModel(c.Out, data); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	_, err = fmt.Fprintf(out.stdout, "\n%s written: %.1f MB, %s. Use it with LOCAL_MODEL=%s\n", c.Out, float64(len(data))/million, model.Hash(), c.Out)
	return err
}

// from names the source of the tickets in errors.
func (c *train) from() string {
	if c.FromDB {
		return "what people corrected and confirmed"
	}
	return c.Data
}

// read takes at most maxTraining of the n tickets that there are.
func (c *train) read(ctx context.Context, out *streams) (tickets []ports.LabelledTicket, n int, err error) {
	if !c.FromDB {
		return readSome(ctx, c.Data, maxTraining)
	}
	s, err := c.Store.Parse()
	if err != nil {
		return nil, 0, err
	}
	err = bootstrap.Labelled(ctx, s, out.stderr, func(store ports.LabelledTickets) error {
		tickets, n, err = collect(ctx, store, maxTraining)
		return err
	})
	if err == nil && n == 0 {
		err = errors.New("there is nothing to learn from: no person has corrected or confirmed a ticket in DB_URL yet")
	}
	return tickets, n, err
}

func (c *train) train(ctx context.Context, tickets []ports.LabelledTicket, out *streams) (*trained.Model, training.Validation, error) {
	var bar *progressbar.ProgressBar
	defer func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}()
	return training.Train(ctx, tickets, local.New(), training.Options{
		Folds: c.Folds, Seed: c.Seed,
		Progress: func(done, total int) {
			if bar == nil {
				bar = newBar(out.stderr, total, "training")
			}
			_ = bar.Set(done) // it only draws
		},
	})
}

func trainedOf(
	tickets []ports.LabelledTicket, model *trained.Model, v training.Validation, folds int,
) textreport.Trained {
	report := func(verdicts []domain.Verdict) evaluation.Report {
		outcomes := make([]evaluation.Outcome, len(tickets))
		for i, t := range tickets {
			outcomes[i] = evaluation.Outcome{Ticket: t, Answer: domain.Answer{Verdict: verdicts[i]}}
		}
		return evaluation.NewReport(outcomes)
	}
	t := textreport.Trained{
		Tickets: len(tickets), BuiltIn: report(v.BuiltIn), InDomain: report(v.InDomain),
		LacksPriority: !model.HasPriority(), FewestOfEach: training.MinPerCategory,
		AllLearnt: len(tickets) * (folds - 1) / folds,
	}
	if v.OutOfDomain != nil {
		t.OutOfDomain = new(report(v.OutOfDomain))
	}
	if p := v.Priorities; p.Labelled > 0 && !p.Learnable() {
		t.Unlearnable = &textreport.Unlearnable{Labelled: p.Labelled, Right: p.Right, Usual: p.Usual}
	}
	for _, point := range v.Curve {
		t.Curve = append(t.Curve, curvePoint(tickets, point))
	}
	return t
}

func curvePoint(tickets []ports.LabelledTicket, p training.Point) textreport.CurvePoint {
	judgements := make([]evaluation.Judgement, len(p.Asked))
	for k, i := range p.Asked {
		v := p.Verdicts[k]
		judgements[k] = evaluation.Judgement{
			Right: tickets[i].Category.String(), Predicted: v.Category().String(), Confidence: v.Confidence(),
		}
	}
	f := evaluation.Measure(evaluation.CategoryLabels(), judgements, len(judgements))
	return textreport.CurvePoint{Tickets: p.Tickets, Accuracy: f.Accuracy, MacroF1: f.MacroF1}
}
