package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"ticketd/adapters/files"
	"ticketd/adapters/htmlreport"
	"ticketd/adapters/textreport"
	"ticketd/app/evaluation"
)

// write prints first: a file that cannot be written must not take the figures along.
func (c *eval) write(r evaluation.Result, outcomes []evaluation.Outcome, out *streams) error {
	return errors.Join(c.print(r, out), c.writeOutcomes(outcomes), c.writeReport(r))
}

func (c *eval) print(r evaluation.Result, out *streams) error {
	if !c.JSON {
		return textreport.Evaluation(out.stdout, r)
	}
	lines := json.NewEncoder(out.stdout)
	lines.SetIndent("", "  ")
	return lines.Encode(r)
}

func (c *eval) writeOutcomes(outcomes []evaluation.Outcome) error {
	if c.Outcomes == "" {
		return nil
	}
	if err := files.WriteOutcomes(c.Outcomes, outcomes); err != nil {
		return fmt.Errorf("--outcomes: %w", err)
	}
	return nil
}

func (c *eval) writeReport(r evaluation.Result) error {
	if c.Report == "" {
		return nil
	}
	page, err := htmlreport.Render(r)
	if err != nil {
		return fmt.Errorf("--report: %w", err)
	}
	err = files.WriteAtomically(c.Report, func(w io.Writer) error {
		_, err := w.Write(page)
		return err
	})
	if err != nil {
		return fmt.Errorf("--report: %w", err)
	}
	return nil
}

// savePartial writes the outcomes of a run that was cut off: they may be paid for.
func (c *eval) savePartial(outcomes []evaluation.Outcome, out *streams) error {
	cutOff := func(o evaluation.Outcome) bool { return o.Ticket.ID == "" }
	ended := slices.DeleteFunc(slices.Clone(outcomes), cutOff)
	if c.Outcomes == "" || len(ended) == 0 {
		return nil
	}
	if err := c.writeOutcomes(ended); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out.stderr, "the outcomes of %d of %d tickets are in %s\n",
		len(ended), len(outcomes), c.Outcomes)
	return err
}
