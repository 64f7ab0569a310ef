package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ticketd/app/classification"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
)

type deadReplay struct {
	settings.RawRepair
	IDs []string `arg:"" optional:"" name:"id" help:"The letters' ids, from dead list."`
	All bool     `help:"Replay every letter."`
}

// Run replays; the workers classify. A letter that cannot be replayed is named and stays; the others go on.
func (c *deadReplay) Run(ctx context.Context, out *streams) error {
	if c.All == (len(c.IDs) > 0) {
		return errors.New("say which letters: their ids, or --all")
	}
	s, err := c.ParseForLetters()
	if err != nil {
		return err
	}
	s.Queue.Use = true
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return err
	}
	return errors.Join(c.replay(ctx, a.Replay(), out), a.Close())
}

func (c *deadReplay) replay(
	ctx context.Context, uc *classification.ReplayDeadLetter, out *streams,
) (err error) {
	var r classification.Replayed
	if c.All {
		r, err = uc.All(ctx, time.Now())
	} else {
		r, err = uc.Named(ctx, c.IDs)
	}
	_, sayErr := fmt.Fprintf(out.stdout, "%d handed to the workers, %d needed nothing any more, %d refused\n",
		r.Requested, r.Needless, len(r.Refused))
	return errors.Join(append(r.Refused, err, sayErr)...)
}
