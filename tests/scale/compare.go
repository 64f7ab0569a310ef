package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"path/filepath"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/tests/support/testenv"
)

//go:embed sql/swap.sql
var swapSQL string

// layout is a way in which the tables are laid out, and what the operations took in it.
type layout struct {
	name    string
	results map[string]measured
}

type comparison struct {
	*options
	server  string
	db      *sql.DB
	log     *serverLog
	ops     []operation
	layouts []layout
}

// compare runs the operations before and after each change of the layout.
func (o *options) compare(ctx context.Context) error {
	server, err := newServer(ctx, append(logged,
		testenv.Setting("wal_level", "minimal"), testenv.Setting("max_wal_senders", "0"),
		testenv.Setting("fsync", "off"), testenv.Setting("full_page_writes", "off"),
		testenv.Setting("shared_buffers", "2GB"), testenv.Setting("maintenance_work_mem", "1GB"),
		testenv.Setting("max_wal_size", "4GB"), testenv.Setting("autovacuum", "off"),
		testenv.Setting("max_parallel_maintenance_workers", "0"),
		testenv.Setting("max_parallel_workers_per_gather", "0"), testenv.Setting("jit", "off"),
		testenv.Setting("random_page_cost", "1.1"), testenv.Setting("effective_cache_size", "8GB"))...)
	if err != nil {
		return err
	}
	db, err := open(server)
	if err != nil {
		return err
	}
	c := &comparison{options: o, server: server, db: db, log: &serverLog{db: db}}
	return errors.Join(c.run(ctx), db.Close())
}

func (c *comparison) run(ctx context.Context) error {
	if err := c.seed(ctx, c.db); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "## %d tickets on disk\n\nBytes per ticket, freshly loaded (titles of 25, "+
		"descriptions of 30 to 90 characters):\n\n", c.Tickets)
	if err := sizes(ctx, c.out, c.db, c.Tickets); err != nil {
		return err
	}
	newest, err := c.newest(ctx)
	if err != nil {
		return err
	}
	c.ops = operations(newest)
	if err := do(ctx, c.db, swapSQL); err != nil {
		return err
	}
	for _, step := range []struct {
		layout string
		make   func(context.Context) error
	}{
		{"one table", func(context.Context) error { return nil }},
		{"swapped", c.swapAll},
		{fmt.Sprintf("%d by id", c.Later+2), c.spread},
		{"the same, partitionwise joins", func(ctx context.Context) error {
			return do(ctx, c.db, `ALTER DATABASE postgres SET enable_partitionwise_join = on`)
		}},
		{fmt.Sprintf("%d by created_at", c.Later+2), c.byTime},
	} {
		if err := step.make(ctx); err != nil {
			return fmt.Errorf("make the layout %q: %w", step.layout, err)
		}
		if err := c.look(ctx, step.layout); err != nil {
			return err
		}
	}
	return c.show()
}

func (c *comparison) newest(ctx context.Context) (domain.Ticket, error) {
	store, err := postgres.Open(ctx, c.server, postgres.Options{MaxConns: 1})
	if err != nil {
		return domain.Ticket{}, err
	}
	t, err := store.Ticket(ctx, domain.TicketID(c.Tickets))
	return t, errors.Join(err, store.Close())
}

// look runs the operations in the layout that the tables have now.
func (c *comparison) look(ctx context.Context, name string) error {
	say("layout: %s", name)
	if err := c.indexNew(ctx); err != nil {
		return err
	}
	if err := do(ctx, c.db, `VACUUM (ANALYZE)`, `CHECKPOINT`); err != nil {
		return err
	}
	pairs, err := column(ctx, c.db, `SELECT unnest(ARRAY[c.relname, p.relname]) FROM pg_inherits
		JOIN pg_class AS c ON c.oid = inhrelid JOIN pg_class AS p ON p.oid = inhparent`)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		names[pairs[i]] = pairs[i+1]
	}
	folder := c.Plans
	if folder != "" {
		folder = filepath.Join(folder, fmt.Sprint(len(c.layouts)+1))
	}
	results, err := c.measure(ctx, names, folder)
	c.layouts = append(c.layouts, layout{name, results})
	return err
}

// indexNew does what a running server does every two seconds.
func (c *comparison) indexNew(ctx context.Context) error {
	store, err := postgres.Open(ctx, c.server, postgres.Options{MaxConns: 1})
	for n := 1; err == nil && n > 0; {
		n, err = store.IndexNew(ctx, 1000)
	}
	return errors.Join(err, store.Close())
}
