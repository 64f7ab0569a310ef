package main

import (
	"context"
	"time"

	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
)

type demo struct {
	settings.RawDemo
	Until string `default:"0s" placeholder:"WHEN" help:"When the last of the tickets came in: so long ago (3d, 72h), on this day (2026-01-01, UTC) or at this time (RFC 3339). The same time makes the same tickets. Default: now."`
}

// Help is shown under the flags.
func (c *demo) Help() string {
	return "The tickets are made up, of several trades and languages. The offline classifier says what they " +
		"are about, and people have looked at some of them. All of it is in memory, so that nothing is left " +
		"behind; DB_URL and the other settings do not count, but for PORT and those of events."
}

// Run serves until ctx ends.
func (c *demo) Run(ctx context.Context, out *streams) error {
	until, err := parseAgo("--until", c.Until, time.Now())
	if err != nil {
		return err
	}
	s, err := c.Parse()
	if err != nil {
		return err
	}
	return bootstrap.Demo(ctx, s, until, out.stdout, out.stderr)
}
