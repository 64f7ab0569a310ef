package main

import (
	"context"

	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
)

type serve struct{ settings.RawServer }

// Run serves until ctx ends.
func (c *serve) Run(ctx context.Context, out *streams) error {
	settings, err := c.Parse()
	if err != nil {
		return err
	}
	return bootstrap.Serve(ctx, settings, out.stdout)
}
