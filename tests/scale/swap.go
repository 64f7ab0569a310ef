package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"ticketd/adapters/postgres"
)

// swapAll makes the large tables partitions, with room for later ones, while tickets come in.
func (c *comparison) swapAll(ctx context.Context) error {
	watch, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	var created waits
	go func() { done <- c.keepCreating(watch, &created) }()

	fmt.Fprintf(c.out, "## The swap\n\n| step | tries | took | longest create meanwhile |\n|---|---|---|---|\n")
	room := c.Tickets + c.Tickets/10
	for _, s := range []string{
		fmt.Sprintf(`CALL pg_temp.bounded('tickets', 'id < %d')`, room),
		fmt.Sprintf(`CALL pg_temp.swap('tickets', 'id', '%d')`, room),
		fmt.Sprintf(`CALL pg_temp.partition('tickets', 2, '%d', '%d')`, room, 2*room),
		`ALTER TABLE classifications VALIDATE CONSTRAINT classifications_ticket_id_exists`,
		`ALTER TABLE ticket_words VALIDATE CONSTRAINT ticket_words_ticket_id_fkey`,
		`ALTER TABLE idempotency_keys VALIDATE CONSTRAINT idempotency_keys_ticket_id_fkey`,
		`ALTER TABLE import_keys VALIDATE CONSTRAINT import_keys_ticket_id_fkey`,
		`CREATE UNIQUE INDEX CONCURRENTLY classifications_key ON classifications (ticket_id, id)`,
		`ALTER TABLE classifications DROP CONSTRAINT classifications_pkey,
			ADD CONSTRAINT classifications_pkey PRIMARY KEY USING INDEX classifications_key`,
		fmt.Sprintf(`CALL pg_temp.bounded('classifications', 'ticket_id < %d')`, room),
		fmt.Sprintf(`CALL pg_temp.swap('classifications', 'ticket_id', '%d')`, room),
		fmt.Sprintf(`CALL pg_temp.partition('classifications', 2, '%d', '%d')`, room, 2*room),
		fmt.Sprintf(`CALL pg_temp.bounded('ticket_words', 'ticket_id < %d')`, room),
		fmt.Sprintf(`CALL pg_temp.swap('ticket_words', 'ticket_id', '%d')`, room),
		fmt.Sprintf(`CALL pg_temp.partition('ticket_words', 2, '%d', '%d')`, room, 2*room),
		`CALL pg_temp.bounded('events', $$era < 2 OR era = 2 AND xid < '1000000'$$)`,
		`CALL pg_temp.swap('events', 'era, xid', $$2, '1000000'$$)`,
		`CALL pg_temp.partition('events', 2, $$2, '1000000'$$, $$2, '2000000'$$)`,
		`ANALYZE tickets, classifications, ticket_words, events`,
	} {
		started := time.Now()
		created.reset()
		tries, err := c.insist(ctx, s)
		if err != nil {
			return err
		}
		took := time.Since(started)
		time.Sleep(100 * time.Millisecond) // a create that waited for the step ends
		fmt.Fprintf(c.out, "| `%.100s` | %d | %v | %v |\n",
			oneLine(s), tries, took.Round(time.Millisecond), created.longest())
	}
	stop()
	err := <-done
	fmt.Fprintf(c.out, "\n%d tickets were created meanwhile, %d creates failed.\n\n", created.n, created.failed)
	return err
}

// insist repeats a step that did not get its locks, with pauses in which the creates catch up.
func (c *comparison) insist(ctx context.Context, step string) (tries int, err error) {
	for tries = 1; ; tries++ {
		err = do(ctx, c.db, step)
		if refused, is := errors.AsType[*pq.Error](err); !is || refused.Code != lockNotAvailable || tries == 100 {
			return tries, err
		}
		time.Sleep(300 * time.Millisecond)
	}
}

const lockNotAvailable = "55P03"

// keepCreating creates tickets until ctx ends.
func (c *comparison) keepCreating(ctx context.Context, w *waits) error {
	store, err := postgres.Open(ctx, c.server, postgres.Options{MaxConns: 4, Batch: true})
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		started := time.Now()
		_, err := add(context.WithoutCancel(ctx), store)
		w.took(time.Since(started), err)
		time.Sleep(2 * time.Millisecond)
	}
	return store.Close()
}
