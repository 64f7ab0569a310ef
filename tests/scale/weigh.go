package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"ticketd/adapters/postgres"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/bench/dataset"
)

// callers are how many tickets are on their way at once.
const callers = 32

// weigh stores and classifies n tickets as the API and a worker in queue mode would, and prints what each
// step writes to the log and what the tickets take on disk.
func weigh(ctx context.Context, out io.Writer, n int) error {
	server, err := newServer(ctx)
	if err != nil {
		return err
	}
	db, err := open(server)
	if err != nil {
		return err
	}
	store, err := postgres.Open(ctx, server, postgres.Options{MaxConns: callers, Batch: true})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	w := scales{out: out, db: db, store: store, n: n}
	return errors.Join(w.weigh(ctx), store.Close(), db.Close())
}

type scales struct {
	out   io.Writer
	db    *sql.DB
	store *postgres.Store
	n     int
	ids   []domain.TicketID
}

func (w *scales) weigh(ctx context.Context) error {
	fmt.Fprintf(w.out, "## What a ticket costs\n\n%d tickets twice, %d at once, descriptions of 100 to 600 "+
		"characters. Bytes of the log per ticket:\n\n| step | between checkpoints | right after one |\n"+
		"|---|---|---|\n", w.n, callers)
	steady, err := w.pass(ctx, "off")
	if err != nil {
		return err
	}
	fresh, err := w.pass(ctx, "on")
	if err != nil {
		return err
	}
	for i, name := range []string{"create", "claim", "verdict", "words into the index"} {
		fmt.Fprintf(w.out, "| %s | %d | %d |\n", name, steady[i], fresh[i])
	}
	return w.size(ctx)
}

// pass returns the bytes of the log per ticket for each step. Without full pages, the log is what it is long
// after a checkpoint.
func (w *scales) pass(ctx context.Context, fullPages string) (bytes []int64, err error) {
	if err := do(ctx, w.db, `ALTER SYSTEM SET full_page_writes = `+fullPages, `SELECT pg_reload_conf()`,
		`VACUUM ANALYZE`, `CHECKPOINT`); err != nil {
		return nil, err
	}
	w.ids = make([]domain.TicketID, w.n)
	for _, step := range []func(context.Context, int) error{w.create, w.claim, w.decide, w.index} {
		var before, written int64
		const at = `SELECT pg_current_wal_insert_lsn() - '0/0'`
		if err := w.db.QueryRowContext(ctx, at).Scan(&before); err != nil {
			return nil, err
		}
		if err := w.all(ctx, step); err != nil {
			return nil, err
		}
		if err := w.db.QueryRowContext(ctx, at).Scan(&written); err != nil {
			return nil, err
		}
		bytes = append(bytes, (written-before)/int64(w.n))
	}
	return bytes, nil
}

// all calls step for each ticket.
func (w *scales) all(ctx context.Context, step func(context.Context, int) error) error {
	var group sync.WaitGroup
	errs := make([]error, callers)
	for c := range callers {
		group.Go(func() {
			for i := c; i < w.n && errs[c] == nil; i += callers {
				errs[c] = step(ctx, i)
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

func (w *scales) create(ctx context.Context, i int) error {
	rng := rand.New(rand.NewPCG(uint64(i), uint64(w.n)))
	t, err := domain.NewTicket(fmt.Sprintf("Case %d: %s", i, dataset.Description(rng, filler)[:40]),
		dataset.Description(rng, filler), nil, domain.Creators{}, time.Now())
	if err == nil {
		t, err = w.store.AddTicket(ctx, t, ports.Lease{})
	}
	w.ids[i] = t.ID()
	return err
}

func (w *scales) claim(ctx context.Context, i int) error {
	_, err := w.store.ClaimTicket(ctx, w.ids[i], ports.Lease{Time: time.Hour})
	return err
}

func (w *scales) decide(ctx context.Context, i int) error {
	t, err := w.store.Ticket(ctx, w.ids[i])
	if err == nil {
		t, err = decided(t, i)
	}
	if err == nil {
		err = w.store.SaveTicket(ctx, t)
	}
	return err
}

// decided classifies a pending ticket.
func decided(t domain.Ticket, i int) (domain.Ticket, error) {
	sure := 0.6 + float64(i%40)/100
	v, err := domain.NewVerdict(domain.Categories()[i%3], domain.Priorities()[i/3%3], &sure, &sure,
		"Decided by the words of the ticket.")
	t.Classify(t.Round(), domain.Attempt{
		Number: 1, At: time.Now(), Latency: 400 * time.Millisecond,
		Answer: domain.Answer{
			Verdict: v, Source: domain.SourceModel, Model: "gpt-4o-mini", PromptVersion: "1", InputTokens: 300,
			OutputTokens: 40,
		},
	}, domain.ReviewPolicy{Threshold: 0.7, AuditRate: 0.02}.Sample(float64(i%100)/100))
	return t, err
}

// index moves the words of a hundred tickets at a time, as a server does every two seconds.
func (w *scales) index(ctx context.Context, i int) error {
	if i%100 != 0 {
		return nil
	}
	_, err := w.store.IndexNew(ctx, 100)
	return err
}

// size prints what the tickets take on disk, with what updates have left behind.
func (w *scales) size(ctx context.Context) error {
	fmt.Fprintf(w.out, "\nBytes on disk per ticket, after these updates and VACUUM:\n\n")
	if err := do(ctx, w.db, `VACUUM`); err != nil {
		return err
	}
	return sizes(ctx, w.out, w.db, 2*w.n)
}

// sizes prints the tables and indexes that take a byte per ticket or more. Partitions count with their table.
func sizes(ctx context.Context, out io.Writer, db *sql.DB, tickets int) error {
	lines, err := column(ctx, db, `
SELECT format('| %s | %s |', CASE kind WHEN 'r' THEN name ELSE '– ' || name END, (sum(bytes) / $1)::bigint)
FROM (
    SELECT coalesce(parent.relname, c.relname) AS name, c.relkind AS kind,
        coalesce(owner_parent.relname, owner.relname, parent.relname, c.relname) AS of,
        CASE c.relkind WHEN 'r' THEN pg_table_size(c.oid) ELSE pg_relation_size(c.oid) END AS bytes
    FROM pg_class AS c
        LEFT JOIN pg_inherits AS up ON up.inhrelid = c.oid
        LEFT JOIN pg_class AS parent ON parent.oid = up.inhparent
        LEFT JOIN pg_index ON indexrelid = c.oid LEFT JOIN pg_class AS owner ON owner.oid = indrelid
        LEFT JOIN pg_inherits AS up2 ON up2.inhrelid = owner.oid
        LEFT JOIN pg_class AS owner_parent ON owner_parent.oid = up2.inhparent
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
) AS sized GROUP BY of, kind, name HAVING sum(bytes) >= $1
ORDER BY sum(sum(bytes)) OVER (PARTITION BY of) DESC, of, kind DESC, sum(bytes) DESC`, tickets)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "| table, – its indexes | bytes |\n|---|---|\n")
	for _, l := range lines {
		fmt.Fprintln(out, l)
	}
	fmt.Fprintln(out)
	return nil
}
