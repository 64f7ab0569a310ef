package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"ticketd/adapters/files"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// full writes everything. The database has to be there: a wrong DB_URL would give an empty file.
func (c *exportTickets) full(ctx context.Context, f ports.TicketFilter, p ports.Period, out *streams) error {
	if f != (ports.TicketFilter{}) || p != (ports.Period{}) || c.format() == files.FormatCSV {
		return errors.New("--full writes everything, as JSON Lines: leave filters, --from, --to and CSV out")
	}
	s, err := c.Parse()
	if err != nil {
		return err
	}
	s.Store.Opening = settings.OpenExisting
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return err
	}
	var written files.ArchiveCounts
	err = c.writeOut(out, func(w io.Writer) (err error) {
		written, err = files.WriteArchive(w, time.Now(), counted(a.Archive(ctx), out.stderr))
		return err
	})
	if err = errors.Join(err, a.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.stderr, "exported %s\n", written)
	return err
}

// counted shows how many pieces there have been.
func counted(pieces iter.Seq2[ports.Archived, error], w io.Writer) iter.Seq2[ports.Archived, error] {
	return func(yield func(ports.Archived, error) bool) {
		bar := newBar(w, -1, "exporting")
		for p, err := range pieces {
			_ = bar.Add(1) // it only draws
			if !yield(p, err) {
				break
			}
		}
		_ = bar.Finish()
	}
}
