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
	settings.RawReplay
	IDs    []string `arg:"" optional:"" name:"id" help:"The letters' ids, from dead list."`
	All    bool     `help:"Replay every letter but those that name no ticket."`
	Since  string   `placeholder:"TIME" help:"Of all letters, only those written since then: RFC 3339, or a duration such as 24h."`
	DryRun bool     `help:"Only say what would become of the letters."`
}

// Run replays; the workers classify. A named letter that cannot be replayed is refused and stays; the others
// go on.
func (c *deadReplay) Run(ctx context.Context, out *streams) error {
	now := time.Now()
	since, err := parseSince(c.Since, now)
	if err != nil {
		return err
	}
	if (c.All || c.Since != "") == (len(c.IDs) > 0) {
		return errors.New("say which letters: their ids, --all or --since")
	}
	s, err := c.Parse()
	if err != nil {
		return err
	}
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return err
	}
	return errors.Join(c.replay(ctx, a.Replay(), since, now, out), a.Close())
}

func (c *deadReplay) replay(
	ctx context.Context, uc *classification.ReplayDeadLetter, since, now time.Time, out *streams,
) (err error) {
	says := "%d handed to the workers, %d needed nothing any more, %d refused\n"
	if c.DryRun {
		uc, says = uc.Dry(), "%d would be handed to the workers, %d need nothing any more, %d would be refused\n"
	}
	var r classification.Replayed
	if len(c.IDs) > 0 {
		r, err = uc.Named(ctx, c.IDs)
	} else {
		r, err = uc.All(ctx, since, now)
	}
	_, sayErr := fmt.Fprintf(out.stdout, says, r.Requested, r.Needless, len(r.Refused))
	if r.Malformed > 0 {
		_, noteErr := fmt.Fprintf(out.stderr, "%d letters name no ticket and were passed over; "+
			"`ticketd dead show` has their events, `ticketd dead drop --malformed` takes them out\n", r.Malformed)
		sayErr = errors.Join(sayErr, noteErr)
	}
	return errors.Join(append(r.Refused, err, sayErr)...)
}
