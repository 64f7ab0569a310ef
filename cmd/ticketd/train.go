package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/schollz/progressbar/v3"

	"ticketd/adapters/files"
	"ticketd/adapters/local/training"
	"ticketd/adapters/textreport"
	"ticketd/app"
	"ticketd/app/evaluation"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

type train struct {
	Data   string `xor:"from" placeholder:"FILE" help:"Labelled tickets, .jsonl or .csv: title, description, category, and where known priority and source."`
	FromDB bool   `name:"from-db" xor:"from" help:"Instead of a file: the tickets in DB_URL that a person corrected or confirmed, with the labels they left."`
	Out    string `required:"" placeholder:"MODEL" help:"Where to write the model, for LOCAL_MODEL."`
	Folds  int    `default:"5" placeholder:"N" help:"Parts of the cross-validation, 2 to 20. Default: ${default}."`
	Seed   uint64 `default:"1" placeholder:"N" help:"The same data and seed give the same file. Default: ${default}."`

	Store settings.RawStore `embed:"" group:"settings"`
}

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
		_, err := fmt.Fprintf(out.stderr, "%d of the %d tickets are taken, spread evenly\n", len(tickets), n)
		if err != nil {
			return err
		}
	}
	model, about, err := c.train(ctx, tickets, out)
	if err != nil {
		return err
	}
	if err := textreport.Training(out.stdout, about); err != nil {
		return err
	}
	if err := writeModel(c.Out, model.Model); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	_, err = fmt.Fprintf(out.stdout, "\n%s written: %.1f MB, %s. Use it with LOCAL_MODEL=%s\n",
		c.Out, float64(len(model.Model))/million, model.Name, c.Out)
	return err
}

// read takes some of the n tickets that there are.
func (c *train) read(ctx context.Context, out *streams) (tickets []ports.LabelledTicket, n int, err error) {
	if c.FromDB {
		return c.readStore(ctx, out)
	}
	file, err := files.NewLabelled(c.Data)
	if err != nil {
		return nil, 0, err
	}
	tickets, n, err = app.ReadLabelled(ctx, file, app.MaxTraining)
	if err == nil && n == 0 {
		err = noTickets(c.Data)
	}
	return tickets, n, err
}

func (c *train) readStore(
	ctx context.Context, out *streams,
) (tickets []ports.LabelledTicket, n int, err error) {
	s, err := c.Store.Parse()
	if err != nil {
		return nil, 0, err
	}
	s.Store.Opening = settings.OpenExisting
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return nil, 0, err
	}
	tickets, n, err = app.ReadLabelled(ctx, a.Labelled(), app.MaxTraining)
	err = errors.Join(err, a.Close())
	if err == nil && n == 0 {
		err = errors.New("there is nothing to learn from: " +
			"no person has corrected or confirmed a ticket in DB_URL yet")
	}
	return tickets, n, err
}

func (c *train) train(
	ctx context.Context, tickets []ports.LabelledTicket, out *streams,
) (ports.Trained, evaluation.Training, error) {
	var bar *progressbar.ProgressBar
	defer func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}()
	model, about, err := bootstrap.Train().Handle(ctx, tickets, ports.Training{
		Folds: c.Folds, Seed: c.Seed,
		Progress: func(done, total int) {
			if bar == nil {
				bar = newBar(out.stderr, total, "training")
			}
			_ = bar.Set(done) // it only draws
		},
	})
	if err == nil {
		return model, about, nil
	}
	source := c.Data
	if c.FromDB {
		source = "what people corrected and confirmed"
	}
	return model, about, fmt.Errorf("%s: %w", source, err)
}
