package queue_test

import (
	"context"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
)

func TestHandledEntriesLeaveTheStream(t *testing.T) {
	t.Parallel()
	const tickets = 10_000
	p := newPlant(t)
	p.work(env{"AI_CLASSIFIER": "local"})
	p.seed(tickets)
	p.eventually("all are done", 2*patience, func() bool { return p.done() == tickets })
	p.eventually("the stream is short", 3*time.Second, func() bool { return p.length(stream) < 500 })
	require.Zero(t, p.count(`tickets WHERE ai_status <> 'done'`))
}

func TestUnhandledEntriesStay(t *testing.T) {
	t.Parallel()
	const tickets = 10_000
	p := newPlant(t)
	p.serve()
	p.seed(tickets)
	require.Equal(t, tickets, p.length(stream), "no worker has seen them")

	p.model.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
	worker := p.work(env{"WORKER_CONCURRENCY": "1", "AI_TIMEOUT_MS": "60000", "SHUTDOWN_TIMEOUT_MS": "0"})
	p.eventually("the one that is claimed has left", patience, func() bool {
		return p.length(stream) == tickets-1
	})
	trims := p.trims()
	p.eventually("the worker tidies up again", patience, func() bool { return p.trims() > trims+2 })
	require.Equal(t, tickets-1, p.length(stream))
	require.Equal(t, 1, worker.Terminate(patience), "a call was cut off")
	require.Equal(t, tickets-1, p.length(stream))
}

// trims is how often a worker has removed what is handled.
func (p *plant) trims() int { return p.figure("commandstats", "cmdstat_xtrim:calls=") }

// commands is how many commands Redis has carried out.
func (p *plant) commands() int { return p.figure("stats", "total_commands_processed:") }

// figure is a number of Redis' own about itself, 0 if it does not have it yet.
func (p *plant) figure(section, name string) int {
	p.t.Helper()
	info, err := p.r.Info(context.Background(), section).Result()
	require.NoError(p.t, err)
	found := regexp.MustCompile(regexp.QuoteMeta(name) + `(\d+)`).FindStringSubmatch(info)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	require.NoError(p.t, err)
	return n
}

func TestAnIdleWorkerAsksRedisSeldom(t *testing.T) {
	t.Parallel()
	const seconds = 5
	p := newPlant(t)
	p.work(env{"WORKER_CONCURRENCY": "512"})
	p.seed(1)
	p.allDone(1, patience)
	before := p.commands()
	time.Sleep(seconds * time.Second) // what is measured is what happens while nothing happens
	perSecond := (p.commands() - before) / seconds
	t.Logf("%d commands per second", perSecond)
	require.Less(t, perSecond, 100)
}

func TestFiveHundredSlots(t *testing.T) {
	t.Parallel()
	const slots, tickets = 512, 700
	p := newPlant(t)
	p.model.Behave(modelserver.Slow(time.Hour, 0, modelserver.Right()))
	worker := p.work(env{"WORKER_CONCURRENCY": "512", "AI_TIMEOUT_MS": "60000", "SHUTDOWN_TIMEOUT_MS": "0"})
	p.seed(tickets)
	p.eventually("all slots are at work", patience, func() bool { return p.model.InFlight() == slots })
	require.Equal(t, 1, worker.Terminate(patience), "calls were cut off")
}

func TestAnHonestBacklogIsNotMultiplied(t *testing.T) {
	t.Parallel()
	const tickets = 360 // two workers need over twenty seconds, in which each looks for lost events four times
	p := newPlant(t)
	p.model.Behave(modelserver.Slow(time.Second, 0.5, modelserver.Right()))
	p.seed(tickets)
	for range 2 {
		p.work(env{"WORKER_CONCURRENCY": "8"})
	}
	p.allDone(tickets, patience)
	info, err := p.r.XInfoStream(context.Background(), stream).Result()
	require.NoError(t, err)
	require.EqualValues(t, tickets, info.EntriesAdded)
	require.Equal(t, tickets, p.model.Calls())
}
