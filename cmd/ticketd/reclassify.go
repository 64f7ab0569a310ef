package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/schollz/progressbar/v3"

	"ticketd/app/classification"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
)

type reclassify struct {
	settings.RawRepair
	AIStatus string `name:"ai-status" enum:"fallback" default:"fallback" help:"Which tickets: fallback, those whose classification failed. Verdicts and people's decisions are not touched."`
	Since    string `placeholder:"TIME" help:"Only tickets created since then: RFC 3339, or a duration such as 24h."`
	Limit    int    `placeholder:"N" help:"At most so many tickets, the newest first. Default: all."`
	DryRun   bool   `help:"Only say how many tickets it would be."`
}

// Run classifies again what an outage left as fallbacks.
func (c *reclassify) Run(ctx context.Context, out *streams) error {
	since, err := parseSince(c.Since, time.Now())
	if err != nil {
		return err
	}
	if c.Limit < 0 {
		return errors.New("--limit must be a positive number")
	}
	limit := c.Limit
	if limit == 0 {
		limit = math.MaxInt
	}
	parse := c.Parse
	if c.DryRun {
		parse = c.Store.Parse
	}
	s, err := parse()
	if err != nil {
		return err
	}
	s.Store.Opening = settings.OpenExisting
	a, err := bootstrap.Open(ctx, s, out.stderr)
	if err != nil {
		return err
	}
	return errors.Join(c.heal(ctx, a.Reclassify(), since, limit, out), a.Close())
}

func (c *reclassify) heal(
	ctx context.Context, uc *classification.ReclassifyFallbacks, since time.Time, limit int, out *streams,
) error {
	ids, err := uc.Find(ctx, since, limit)
	if err != nil {
		return err
	}
	if c.DryRun {
		_, err := fmt.Fprintf(out.stdout, "%d tickets would be classified again\n", len(ids))
		return err
	}
	bar := newBar(out.stderr, len(ids), "classifying again")
	ends := map[domain.AIStatus]int{}
	failed := 0
	err = uc.Handle(ctx, ids, func(end domain.AIStatus, err error) {
		if err != nil {
			failed++
		} else {
			ends[end]++
		}
		_ = bar.Add(1) // it only draws
	})
	_ = bar.Finish()
	_, sayErr := fmt.Fprintf(out.stdout, "%d classified, %d still pending, %d fallback again, %d failed\n",
		ends[domain.AIStatusDone], ends[domain.AIStatusPending], ends[domain.AIStatusFallback], failed)
	return errors.Join(err, sayErr)
}

func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, errors.New(
			"--since must be a time such as 2026-11-23T10:00:00Z or a duration such as 24h")
	}
	return at, nil
}

// newBar draws progress on a terminal and stays silent elsewhere.
func newBar(w io.Writer, total int, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionSetVisibility(isTerminal(w)), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
		progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100*time.Millisecond))
}
