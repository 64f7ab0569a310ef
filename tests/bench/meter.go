package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"ticketd/tests/bench/report"
	"ticketd/tests/bench/usage"
)

// meter reads the processor time of all participants. A process number of 0 stands for none.
type meter struct {
	postmaster, server, model int
	redis                     *redis.Client // nil: not used
}

type reading struct {
	at                                                 time.Time
	server, postgres, redis, model, generator, machine time.Duration
}

func (m meter) read(ctx context.Context) (reading, error) {
	r := reading{at: time.Now()}
	var errs [6]error
	of := func(pid int, usageOf func(int) (time.Duration, error)) (time.Duration, error) {
		if pid == 0 {
			return 0, nil
		}
		return usageOf(pid)
	}
	r.machine, errs[0] = usage.OfMachine()
	r.generator, errs[1] = usage.OfThisProcess()
	r.server, errs[2] = of(m.server, usage.OfProcess)
	r.model, errs[3] = of(m.model, usage.OfProcess)
	r.postgres, errs[4] = of(m.postmaster, usage.OfFamily)
	if m.redis != nil {
		r.redis, errs[5] = redisTime(ctx, m.redis)
	}
	return r, errors.Join(errs[:]...)
}

// charge stores in a sample what happened between two readings. generator is pgbench's time if pgbench sent
// the requests, else 0.
func charge(s *report.Sample, from, to reading, requests int, generator time.Duration) {
	per := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(max(requests, 1)) }
	own := to.generator - from.generator
	if generator == 0 {
		s.Generator = per(own)
	} else {
		s.Generator = per(generator)
	}
	s.Server, s.Postgres = per(to.server-from.server), per(to.postgres-from.postgres)
	s.Redis, s.Model = per(to.redis-from.redis), per(to.model-from.model)
	known := own + generator + (to.server - from.server) + (to.postgres - from.postgres) +
		(to.redis - from.redis) + (to.model - from.model)
	s.Foreign = max(0, float64(to.machine-from.machine-known)/float64(to.at.Sub(from.at)))
}

var redisTimes = regexp.MustCompile(`(?m)^used_cpu_(?:sys|user):([\d.]+)`)

func redisTime(ctx context.Context, r *redis.Client) (time.Duration, error) {
	info, err := r.Info(ctx, "cpu").Result()
	if err != nil {
		return 0, err
	}
	total := 0.0
	for _, found := range redisTimes.FindAllStringSubmatch(info, -1) {
		seconds, err := strconv.ParseFloat(found[1], 64)
		if err != nil {
			return 0, err
		}
		total += seconds
	}
	return time.Duration(total * float64(time.Second)), nil
}

// postmaster finds the process whose children serve the connections.
func postmaster(ctx context.Context, db *sql.DB) (int, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	var backend int
	if err := conn.QueryRowContext(ctx, `SELECT pg_backend_pid()`).Scan(&backend); err != nil {
		return 0, err
	}
	child, err := usage.StatOf(backend)
	if err != nil {
		return 0, err
	}
	parent, err := usage.StatOf(child.Parent)
	if err != nil {
		return 0, err
	}
	if child.Command != "postgres" || parent.Command != "postgres" {
		return 0, fmt.Errorf("process %d is not PostgreSQL's", backend)
	}
	return child.Parent, nil
}

// settle waits until PostgreSQL has nothing more to do for a program that has just started, within reason:
// others may use it.
func (m meter) settle(ctx context.Context) error {
	const interval, quiet, limit = 200 * time.Millisecond, 10 * time.Millisecond, 5 * time.Second
	for deadline := time.Now().Add(limit); m.postmaster != 0 && time.Now().Before(deadline); {
		before, err := usage.OfFamily(m.postmaster)
		if err != nil {
			return err
		}
		select {
		case <-time.After(interval):
		case <-ctx.Done():
			return ctx.Err()
		}
		after, err := usage.OfFamily(m.postmaster)
		if err != nil || after-before <= quiet {
			return err
		}
	}
	return nil
}
