package main

import (
	"context"

	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
)

type worker struct{ settings.RawWorkerProcess }

// Run classifies until ctx ends.
func (c *worker) Run(ctx context.Context, out *streams) error {
	settings, err := c.Parse()
	if err != nil {
		return err
	}
	return bootstrap.Work(ctx, settings, out.stdout)
}
