package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"ticketd/tests/bench/dataset"
	"ticketd/tests/bench/load"
	"ticketd/tests/bench/report"
	"ticketd/tests/bench/usage"
	"ticketd/tests/support/modelserver"
)

// fresh restores the state of the start.
func (b *bench) fresh(ctx context.Context, d *database) error {
	return errors.Join(dataset.Restore(ctx, d.db, d.size), b.redis.FlushDB(ctx).Err())
}

// settings returns the settings of servers and workers in a scenario.
func (b *bench) settings(s scenario, c *contender) []string {
	settings := []string{
		"DB_URL=" + c.data.url, "RATE_LIMIT_MAX_REQUESTS=0", "LOG_LEVEL=" + b.LogLevel,
		"AI_CLASSIFIER=openai", "OPENAI_API_KEY=" + modelserver.Key, "OPENAI_BASE_URL=" + b.models[s.delay].url,
	}
	if s.queued {
		settings = append(settings, "USE_QUEUE=true", "REDIS_URL="+b.redisURL)
	}
	return append(settings, c.env...)
}

func (b *bench) meter(s scenario, server int) meter {
	m := meter{postmaster: b.postmaster, server: server, model: b.models[s.delay].pid()}
	if s.queued {
		m.redis = b.redis
	}
	return m
}

// sample starts a contender's server, measures it and stops it.
func (b *bench) sample(ctx context.Context, s scenario, c *contender) (_ report.Sample, err error) {
	if err := b.fresh(ctx, c.data); err != nil {
		return report.Sample{}, err
	}
	p, err := start(ctx, c.binary, b.dir, "PORT", b.settings(s, c))
	if err != nil {
		return report.Sample{}, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	sample, err := b.load(ctx, s, c, p)
	if err != nil {
		return report.Sample{}, p.explain(err)
	}
	peak, err := usage.PeakMemory(p.pid())
	sample.PeakMiB = float64(peak) / (1 << 20)
	return sample, err
}

func (b *bench) load(ctx context.Context, s scenario, c *contender, p *program) (report.Sample, error) {
	m := b.meter(s, p.pid())
	if err := m.settle(ctx); err != nil {
		return report.Sample{}, err
	}
	streams, err := b.streams(ctx, s, c, p)
	if err != nil {
		return report.Sample{}, err
	}
	var readings []reading
	mark := func() error {
		r, err := m.read(ctx)
		readings = append(readings, r)
		return err
	}
	r, err := load.Run(ctx, p.address, streams, load.Timing{WarmUp: b.WarmUp, Window: b.Duration}, mark)
	if err != nil {
		return report.Sample{}, err
	}
	sample := report.Sample{PerSecond: float64(r.Requests) / r.Window.Seconds(), Wrong: r.Wrong}
	if r.FirstWrong != nil {
		sample.FirstWrong = r.FirstWrong.Error()
	}
	latencies(&sample, r.Latencies)
	charge(&sample, readings[0], readings[1], r.Requests, 0)
	return sample, nil
}

// streams draws the same requests for each contender and round.
func (b *bench) streams(ctx context.Context, s scenario, c *contender, p *program) ([]load.Stream, error) {
	newStream, err := s.prepare(ctx, site{p.address, c.data.size, b.filler})
	if err != nil {
		return nil, err
	}
	streams := make([]load.Stream, s.clients)
	for i := range streams {
		streams[i] = newStream(rand.New(rand.NewPCG(uint64(i), 1)), i)
	}
	return streams, nil
}

func latencies(s *report.Sample, ascending []time.Duration) {
	ms := func(p float64) float64 { return float64(load.Percentile(ascending, p).Microseconds()) / 1000 }
	s.P50, s.P95, s.P99 = ms(0.5), ms(0.95), ms(0.99)
}

// samplePgbench measures the database alone, on the first contender's data.
func (b *bench) samplePgbench(ctx context.Context, s scenario) (report.Sample, error) {
	if err := b.fresh(ctx, b.contenders[0].data); err != nil {
		return report.Sample{}, err
	}
	if _, err := b.pgbench.Run(ctx, s.pgbench, s.clients, b.WarmUp); err != nil {
		return report.Sample{}, err
	}
	m := meter{postmaster: b.postmaster}
	before, err := m.read(ctx)
	if err != nil {
		return report.Sample{}, err
	}
	r, err := b.pgbench.Run(ctx, s.pgbench, s.clients, b.Duration)
	if err != nil {
		return report.Sample{}, err
	}
	after, err := m.read(ctx)
	sample := report.Sample{PerSecond: r.PerSecond, Wrong: r.Failed}
	latencies(&sample, r.Latencies)
	charge(&sample, before, after, r.Transactions, r.CPU)
	return sample, err
}
