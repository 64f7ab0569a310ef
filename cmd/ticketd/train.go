package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"

	"ticketd/adapters/files"
	"ticketd/adapters/local"
	"ticketd/adapters/local/trained"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

type train struct {
	Data  string `required:"" placeholder:"FILE" help:"Labelled tickets, .jsonl or .csv: title, description, category, and where known priority and source."`
	Out   string `required:"" placeholder:"MODEL" help:"Where to write the model, for LOCAL_MODEL."`
	Folds int    `default:"5" placeholder:"N" help:"Parts of the cross-validation, 2 to 20. Default: ${default}."`
	Seed  uint64 `default:"1" placeholder:"N" help:"The same data and seed give the same file. Default: ${default}."`
}

// maxTraining bounds time and memory: more tickets hardly teach more.
const maxTraining = 50_000

// Run trains, says how good the model is, and writes it.
func (c *train) Run(ctx context.Context, out *streams) error {
	tickets, err := readLabelled(ctx, c.Data)
	if err != nil {
		return err
	}
	if n := len(tickets); n > maxTraining {
		tickets = spread(tickets, maxTraining)
		if _, err := fmt.Fprintf(out.stderr, "%d of the %d tickets are taken, spread evenly\n", maxTraining, n); err != nil {
			return err
		}
	}
	model, validation, err := c.train(ctx, tickets, out)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Data, err)
	}
	if err := printTraining(out, tickets, model, validation); err != nil {
		return err
	}
	data := model.Encode()
	if err := writeModel(c.Out, data); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	_, err = fmt.Fprintf(out.stdout, "\n%s written: %.1f MB, %s. Use it with LOCAL_MODEL=%s\n", c.Out, float64(len(data))/million, model.Hash(), c.Out)
	return err
}

func (c *train) train(ctx context.Context, tickets []ports.LabelledTicket, out *streams) (*trained.Model, trained.Validation, error) {
	var bar *progressbar.ProgressBar
	defer func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}()
	return trained.Train(ctx, tickets, local.New(), trained.Options{
		Folds: c.Folds, Seed: c.Seed,
		Progress: func(done, total int) {
			if bar == nil {
				bar = newBar(out.stderr, total, "training")
			}
			_ = bar.Set(done) // it only draws
		},
	})
}

func printTraining(out *streams, tickets []ports.LabelledTicket, model *trained.Model, v trained.Validation) error {
	p := newPage()
	p.textf("%d tickets; figures on tickets that the model did not see:", len(tickets))
	p.linef("\tcategory n\taccuracy\tmacro-F1\tECE\tpriority n\taccuracy\tmacro-F1\tECE\t")
	builtIn := p.validation("built in", tickets, v.BuiltIn)
	home := p.validation("trained, near-duplicates left out", tickets, v.Home)
	if v.Abroad != nil {
		p.validation("trained, whole source left out", tickets, v.Abroad)
	}
	if !model.HasPriority() {
		p.textf("there are too few priorities to learn from (each that occurs needs %d): the built-in ones stay", trained.LeastPerCategory)
	}
	if home.Category.MacroF1 < builtIn.Category.MacroF1 {
		p.textf("the trained model is worse than the built-in classifier: more tickets, or more carefully labelled ones, may help")
	}
	return p.writeTo(out.stdout)
}

func (p *page) validation(name string, tickets []ports.LabelledTicket, verdicts []domain.Verdict) evaluation.Report {
	outcomes := make([]evaluation.Outcome, len(tickets))
	for i, t := range tickets {
		outcomes[i] = evaluation.Outcome{Ticket: t, Answer: domain.Answer{Verdict: verdicts[i]}}
	}
	r := evaluation.NewReport(outcomes)
	row := summary(r.Category.Summary())
	if r.Priority.N > 0 {
		row += summary(r.Priority.Summary())
	}
	p.linef("%s\t%s", name, row)
	return r
}

// writeModel lets others read the file: a server may run as another user.
func writeModel(path string, data []byte) error {
	err := files.WriteAtomically(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	return os.Chmod(path, 0o644)
}
