package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"ticketd/tests/bench/load"
	"ticketd/tests/bench/report"
	"ticketd/tests/bench/usage"
)

const (
	drainName   = "drain"
	drained     = 2000
	drainers    = 100 // classifications in flight
	drainTime   = time.Minute
	drainPoll   = 20 * time.Millisecond
	drainSender = 8 // clients that fill the queue
)

// drain fills the queue, starts one worker and measures until the last ticket has its verdict. The rate
// counts from the first claim.
func (b *bench) drain(ctx context.Context, s scenario, c *contender) (_ report.Sample, err error) {
	if err := errors.Join(b.fresh(ctx, c.data), b.fill(ctx, s, c)); err != nil {
		return report.Sample{}, err
	}
	m := b.meter(s, 0)
	if err := m.settle(ctx); err != nil {
		return report.Sample{}, err
	}
	before, err := m.read(ctx)
	if err != nil {
		return report.Sample{}, err
	}
	settings := append(b.settings(s, c), "WORKER_CONCURRENCY="+strconv.Itoa(drainers))
	watching, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	seen := make(chan progress, 1)
	go func() { seen <- awaitDrained(watching, c.data.db) }()
	p, err := start(ctx, c.binary, b.dir, "WORKER_PORT", settings, "worker")
	if err != nil {
		return report.Sample{}, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	drain := <-seen
	if drain.err != nil {
		return report.Sample{}, p.explain(drain.err)
	}
	m.server = p.pid()
	after, err1 := m.read(ctx)
	peak, err2 := usage.PeakMemory(p.pid())
	wrong, err3 := undrained(ctx, c.data)
	sample := report.Sample{
		PerSecond: drained / drain.last.Sub(drain.first).Seconds(), PeakMiB: float64(peak) / (1 << 20),
		Wrong: wrong,
		Extra: map[string]float64{
			"s from the first claim to the last verdict": drain.last.Sub(drain.first).Seconds(),
			"s from the worker's start":                  drain.last.Sub(before.at).Seconds(),
		},
	}
	charge(&sample, before, after, drained, 0)
	return sample, errors.Join(err1, err2, err3)
}

// fill has a server put tickets into the queue.
func (b *bench) fill(ctx context.Context, s scenario, c *contender) (err error) {
	p, err := start(ctx, c.binary, b.dir, "PORT", b.settings(s, c))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	streams := make([]load.Stream, drainSender)
	for i := range streams {
		streams[i] = createQueued(site{p.address, c.data.size, b.filler}, rand.New(rand.NewPCG(uint64(i), 1)), i)
	}
	return load.Send(ctx, p.address, streams, drained/drainSender)
}

const progressSQL = `SELECT count(*), count(*) FILTER (WHERE claimed_until IS NULL AND attempts = 0) ` +
	`FROM tickets WHERE ai_status = 'pending'`

// progress holds when the first ticket was seen claimed and when none was pending any more.
type progress struct {
	first, last time.Time
	err         error
}

func awaitDrained(ctx context.Context, db *sql.DB) (p progress) {
	for {
		var pending, untouched int
		if err := db.QueryRowContext(ctx, progressSQL).Scan(&pending, &untouched); err != nil {
			p.err = fmt.Errorf("wait for the last verdict: %w", err)
			return p
		}
		now := time.Now()
		if p.first.IsZero() && untouched < drained {
			p.first = now
		}
		if pending == 0 {
			p.last = now
			return p
		}
		select {
		case <-time.After(drainPoll):
		case <-ctx.Done():
			p.err = fmt.Errorf("%d tickets are still pending: %w", pending, ctx.Err())
			return p
		}
	}
}

// undrained counts the tickets whose verdict is not that of the imitation for their title.
func undrained(ctx context.Context, d *database) (wrong int, err error) {
	const right = `ai_status = 'done' AND classified_by = 'model' AND category::text = CASE
		WHEN title LIKE '%refund%' THEN 'billing' WHEN title LIKE '%crash%' THEN 'technical' ELSE 'general' END`
	err = d.db.QueryRowContext(ctx, `SELECT $2 - count(*) FROM tickets WHERE id > $1 AND `+right, d.size.Tickets,
		drained).Scan(&wrong)
	return wrong, err
}
