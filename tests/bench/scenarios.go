package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"ticketd/tests/bench/dataset"
	"ticketd/tests/bench/load"
	"ticketd/tests/bench/pgbench"
	"ticketd/tests/bench/traffic"
)

// scenario is one kind of load.
type scenario struct {
	name    string
	clients int           // 0 for as many as were asked for
	queued  bool          // queue mode
	delay   time.Duration // of the model's answers
	// prepare makes what gives each client its stream; drain has none.
	prepare func(context.Context, site) (newStream, error)
	pgbench []pgbench.Part
}

type newStream func(rng *rand.Rand, client int) load.Stream

// site is a running server with its data.
type site struct {
	address string
	size    dataset.Size
	filler  string
}

// slow is the time of a model that is not imitated as infinitely fast.
const slow = 200 * time.Millisecond

func only(script string) []pgbench.Part { return []pgbench.Part{{Script: script, Weight: 1}} }

var scenarios = []scenario{
	{name: "get", prepare: always(get), pgbench: only("get")},
	{name: "list-first", prepare: always(listFirst), pgbench: only("list-first")},
	{name: "list-filtered", prepare: always(listFiltered), pgbench: only("list-filtered")},
	{name: "list-rare", prepare: always(listRare), pgbench: only("list-rare")},
	{name: "deep-offset", prepare: always(deepOffset)},
	{name: "cursor-depth", prepare: cursorDepth},
	{name: "create-sync", prepare: always(create), pgbench: only("insert-update")},
	{name: "create-sync-200", delay: slow, prepare: always(create)},
	{name: "create-queue", queued: true, prepare: always(createQueued), pgbench: only("insert")},
	{
		name: "mixed", prepare: always(mixed),
		pgbench: []pgbench.Part{
			{Script: "get", Weight: 60}, {Script: "list-first", Weight: 20}, {Script: "insert-update", Weight: 20},
		},
	},
	{name: "get-1", clients: 1, prepare: always(get), pgbench: only("get")},
	{name: "create-sync-1", clients: 1, prepare: always(create), pgbench: only("insert-update")},
	{name: "create-queue-1", clients: 1, queued: true, prepare: always(createQueued), pgbench: only("insert")},
	{name: drainName, clients: drainers, queued: true, delay: slow},
}

func names() []string {
	var all []string
	for _, s := range scenarios {
		all = append(all, s.name)
	}
	return all
}

// choose returns the scenarios that were asked for, in their fixed order; none asked for means all.
func choose(asked []string) ([]scenario, error) {
	for _, name := range asked {
		if !slices.Contains(names(), name) {
			return nil, fmt.Errorf("there is no scenario %q, but %v", name, names())
		}
	}
	return slices.DeleteFunc(slices.Clone(scenarios), func(s scenario) bool {
		return len(asked) > 0 && !slices.Contains(asked, s.name)
	}), nil
}

// always is for streams that need to know nothing of the server.
func always(stream func(site, *rand.Rand, int) load.Stream) func(context.Context, site) (newStream, error) {
	return func(_ context.Context, at site) (newStream, error) {
		return func(rng *rand.Rand, client int) load.Stream { return stream(at, rng, client) }, nil
	}
}

func get(at site, rng *rand.Rand, _ int) load.Stream { return traffic.One(rng, at.size.Tickets) }

func listFirst(at site, rng *rand.Rand, _ int) load.Stream {
	return traffic.List(rng, traffic.Newest(at.size.Tickets))
}

func listFiltered(_ site, rng *rand.Rand, _ int) load.Stream {
	return traffic.List(rng, traffic.Labelled([2]string{"billing", "high"}))
}

func listRare(_ site, rng *rand.Rand, _ int) load.Stream {
	return traffic.List(rng, traffic.Labelled([2]string{"general", "high"}))
}

// deepOffset skips 50 to 150 thousand of a million.
func deepOffset(at site, rng *rand.Rand, _ int) load.Stream {
	return traffic.List(rng, traffic.Skipping(at.size.Tickets, at.size.Tickets/20, at.size.Tickets*3/20))
}

func create(at site, rng *rand.Rand, client int) load.Stream {
	return traffic.Create(rng, client, traffic.Creation{Users: at.size.Users, Filler: at.filler})
}

func createQueued(at site, rng *rand.Rand, client int) load.Stream {
	return traffic.Create(rng, client, traffic.Creation{Users: at.size.Users, Filler: at.filler, Queued: true})
}

func mixed(at site, rng *rand.Rand, client int) load.Stream {
	return traffic.Mix(rng,
		traffic.Part{Percent: 60, Stream: get(at, rng, client)},
		traffic.Part{Percent: 20, Stream: traffic.List(rng, traffic.Newest(0))},
		traffic.Part{Percent: 20, Stream: create(at, rng, client)},
	)
}

// cursorDepth walks some pages near the oldest ticket and asks for those again.
func cursorDepth(ctx context.Context, at site) (newStream, error) {
	const pages, fromEnd = 20, 2000
	offset := at.size.Tickets - fromEnd
	walk := traffic.NewWalk(offset, int64(fromEnd))
	if err := load.Send(ctx, at.address, []load.Stream{walk}, pages+1); err != nil {
		return nil, fmt.Errorf("walk to the oldest tickets: %w", err)
	}
	return func(rng *rand.Rand, _ int) load.Stream { return traffic.List(rng, traffic.Any(walk.Pages())) }, nil
}
