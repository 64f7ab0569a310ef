package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"ticketd/adapters/sqlite"
	"ticketd/app/demo"
	"ticketd/cmd/settings"
	"ticketd/domain"
)

// demoReview draws more for the audit than a server does by default: there are only a few hundred tickets.
var demoReview = domain.ReviewPolicy{Threshold: 0.7, AuditRate: 0.12}

// Demo serves made-up tickets, which came in until a moment, from memory until ctx ends. It says on out
// where.
func Demo(ctx context.Context, s settings.Server, until time.Time, out, logs io.Writer) error {
	s.Review, s.Store = demoReview, settings.Store{URL: sqlite.InMemory, SQLite: true, Migrate: true}
	a, err := Open(ctx, s.Common, logs)
	if err != nil {
		return err
	}
	return errors.Join(a.demo(ctx, s.Edge, until, out), a.Close())
}

func (a *App) demo(ctx context.Context, edge settings.Edge, until time.Time, out io.Writer) error {
	n, err := demo.NewFillStore(a.store, a.candidate.Classifier, a.settings.Review).Handle(ctx, until)
	if err != nil {
		return fmt.Errorf("fill the store: %w", err)
	}
	return a.serve(ctx, edge, func(_ context.Context, port int, _ mode) {
		// Where nobody reads it, it serves all the same.
		_, _ = fmt.Fprintf(out, `A help desk with %d made-up tickets of %d days, in memory: nothing is kept.

  Board  %[3]s/board
  API    %[3]s/tickets   %[3]s/tickets?needs_review=true   %[3]s/stats
  Docs   %[3]s/docs

Ctrl-C ends it.
`, n, demo.Days, address(port))
	})
}
