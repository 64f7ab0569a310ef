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

// drain fills the queue, starts one worker and measures from its first claim until the last ticket has its
// verdict. What its start took stands beside.
func (b *bench) drain(ctx context.Context, s scenario, c *contender) (_ report.Sample, err error) {
	if err := errors.Join(b.fresh(ctx, c.data), b.fill(ctx, s, c)); err != nil {
		return report.Sample{}, err
	}
	m := b.meter(s, 0)
	if err := m.settle(ctx); err != nil {
		return report.Sample{}, err
	}
	began := time.Now()
	settings := append(b.settings(s, c), "WORKER_CONCURRENCY="+strconv.Itoa(drainers))
	p, err := launch(c.binary, b.dir, "WORKER_PORT", settings, "worker")
	if err != nil {
		return report.Sample{}, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	m.server = p.pid()
	first, after, err := m.awaitDrained(ctx, c.data.db, p.done)
	if err != nil {
		return report.Sample{}, p.explain(err)
	}
	peak, err1 := usage.PeakMemory(p.pid())
	wrong, err2 := undrained(ctx, c.data)
	took := after.at.Sub(first.at).Seconds()
	sample := report.Sample{
		PerSecond: drained / took, PeakMiB: float64(peak) / (1 << 20), Wrong: wrong,
		Extra: map[string]float64{
			"s from the first claim to the last verdict": took,
			"s from the worker's start":                  after.at.Sub(began).Seconds(),
			"s of a processor for its start":             first.server.Seconds(),
		},
	}
	charge(&sample, first, after, drained, 0)
	return sample, errors.Join(err1, err2)
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

// awaitDrained reads the meter when the first ticket was seen claimed and when none was pending any more.
func (m meter) awaitDrained(
	ctx context.Context, db *sql.DB, ended <-chan struct{},
) (first, last reading, err error) {
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	for {
		var pending, untouched int
		if err := db.QueryRowContext(ctx, progressSQL).Scan(&pending, &untouched); err != nil {
			return first, last, fmt.Errorf("wait for the last verdict: %w", err)
		}
		if first.at.IsZero() && untouched < drained {
			if first, err = m.read(ctx); err != nil {
				return first, last, err
			}
		}
		if pending == 0 {
			last, err = m.read(ctx)
			return first, last, err
		}
		select {
		case <-time.After(drainPoll):
		case <-ended:
			return first, last, fmt.Errorf("the worker ended with %d tickets pending", pending)
		case <-ctx.Done():
			return first, last, fmt.Errorf("%d tickets are still pending: %w", pending, ctx.Err())
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
