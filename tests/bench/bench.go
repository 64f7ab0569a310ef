package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"ticketd/tests/bench/dataset"
	"ticketd/tests/bench/pgbench"
	"ticketd/tests/bench/report"
	"ticketd/tests/support/testenv"
)

// bench is one run.
type bench struct {
	options
	chosen     []scenario
	dir        string // for all files
	server     string // PostgreSQL's URL
	postmaster int    // 0: unknown
	redisURL   string
	redis      *redis.Client
	models     map[time.Duration]*modelProcess
	pgbench    *pgbench.Program
	contenders []*contender // the first is compared with the others
	filler     string
	result     report.Report
	ends       []func() error
}

// onEnd adds an action for the end; the last one added runs first.
func (b *bench) onEnd(do func() error) { b.ends = append(b.ends, do) }

func (b *bench) end() error {
	var errs []error
	for _, do := range slices.Backward(b.ends) {
		errs = append(errs, do())
	}
	return errors.Join(errs...)
}

func (b *bench) say(text string) { fmt.Fprintln(os.Stderr, time.Now().Format("15:04:05"), text) }

func (b *bench) run(ctx context.Context) error {
	if err := b.prepare(ctx); err != nil {
		return err
	}
	for _, s := range b.chosen {
		if s.clients == 0 {
			s.clients = b.Clients
		}
		line := &report.Scenario{Name: s.name, Clients: s.clients}
		b.result.Scenarios = append(b.result.Scenarios, line)
		for round := range b.Rounds {
			if err := b.round(ctx, s, line); err != nil {
				return fmt.Errorf("%s, round %d: %w", s.name, round+1, err)
			}
		}
	}
	if n := b.result.Wrong(); n > 0 {
		return fmt.Errorf("%d answers were wrong", n)
	}
	return nil
}

// round measures every contender once, then pgbench.
func (b *bench) round(ctx context.Context, s scenario, line *report.Scenario) error {
	for _, c := range b.contenders {
		take := b.sample
		if s.name == drainName {
			take = b.drain
		}
		sample, err := take(ctx, s, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		b.note(line, c.name, sample)
	}
	if b.pgbench == nil || s.pgbench == nil {
		return nil
	}
	sample, err := b.samplePgbench(ctx, s)
	if err != nil {
		return err
	}
	b.note(line, "pgbench", sample)
	return nil
}

func (b *bench) note(line *report.Scenario, name string, sample report.Sample) {
	line.Add(name, sample)
	b.say(fmt.Sprintf("%s, %s: %.0f/s, %d wrong", line.Name, name, sample.PerSecond, sample.Wrong))
}

func (b *bench) prepare(ctx context.Context) (err error) {
	if b.dir, err = os.MkdirTemp("", "ticketd-bench-"); err != nil {
		return err
	}
	b.onEnd(func() error { return os.RemoveAll(b.dir) })
	b.filler = dataset.Filler()
	if b.contenders, err = b.build(ctx); err != nil {
		return err
	}
	if b.server, err = b.findServer(); err != nil {
		return err
	}
	for i, c := range b.contenders {
		if err := b.provide(ctx, c, b.contenders[:i]); err != nil {
			return err
		}
	}
	data := b.contenders[0].data
	if b.Pgbench {
		if b.pgbench, err = pgbench.Find(data.url, b.dir, b.Tickets, b.Users); err != nil {
			return err
		}
	}
	if err := b.startBeside(ctx); err != nil {
		return err
	}
	return b.setup(ctx, data.db)
}

// startBeside starts what the server talks to beside PostgreSQL.
func (b *bench) startBeside(ctx context.Context) error {
	url, release, err := testenv.FindRedis()
	if err != nil {
		return err
	}
	b.onEnd(release)
	options, err := redis.ParseURL(url)
	if err != nil {
		return err
	}
	b.redisURL, b.redis = url, redis.NewClient(options)
	b.onEnd(b.redis.Close)
	b.models = map[time.Duration]*modelProcess{}
	for _, delay := range []time.Duration{0, slow} {
		p, err := startModel(ctx, delay)
		if err != nil {
			return err
		}
		b.models[delay] = p
		b.onEnd(p.end)
	}
	return nil
}

func (b *bench) setup(ctx context.Context, db *sql.DB) error {
	server, err := describe(ctx, db)
	if err != nil {
		return err
	}
	b.result.Setup = []string{
		"bench " + strings.Join(os.Args[1:], " "),
		fmt.Sprintf("%s; %d processors; %s; %d tickets, %d users; %d rounds of %v after %v",
			time.Now().Format(time.DateOnly), runtime.NumCPU(), server, b.Tickets, b.Users, b.Rounds, b.Duration,
			b.WarmUp),
	}
	if b.postmaster, err = postmaster(ctx, db); err != nil {
		b.result.Setup = append(b.result.Setup, "PostgreSQL's processor time is not measured: "+err.Error())
	}
	return nil
}

// show writes the report, if anything was measured.
func (b *bench) show() error {
	b.result.Scenarios = slices.DeleteFunc(b.result.Scenarios, func(s *report.Scenario) bool {
		return len(s.Series) == 0
	})
	if len(b.result.Scenarios) == 0 {
		return nil
	}
	err := b.result.WriteTable(os.Stdout)
	if b.JSON == "" {
		return err
	}
	file, createErr := os.Create(b.JSON)
	if createErr != nil {
		return errors.Join(err, createErr)
	}
	return errors.Join(err, b.result.WriteJSON(file), file.Close())
}
