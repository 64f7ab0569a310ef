package redisstream_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/domain"
	"ticketd/tests/support/testenv"
)

func TestStop(t *testing.T) {
	t.Parallel()

	t.Run("events in hand are acknowledged, others go elsewhere, none is handled twice", func(t *testing.T) {
		t.Parallel()
		const events, subscriptions = 60, 4
		url, got := testenv.Redis(t), &seen{}
		r := open(t, url)
		announce(t, newPublisher(t, url), 1, events)
		begun, release := make(chan struct{}, events), make(chan struct{})
		first := subscribe(t, url, subscriptions, func(ctx context.Context, id domain.TicketID) error {
			begun <- struct{}{}
			<-release // a handler that has claimed a row is not stopped any more
			return got.Take(ctx, id)
		})
		for range subscriptions {
			<-begun
		}
		// Each subscription has one event in hand and has read others ahead.
		eventually(t, "events are read ahead", func() bool { return pending(t, r) > subscriptions })
		first.stop()
		close(release)
		require.NoError(t, first.wait())
		require.Equal(t, subscriptions, got.tickets(), "nothing was begun after the stop")
		require.Len(t, idle(t, r), pending(t, r), "what is still pending may be taken at once")
		handed := pending(t, r)
		require.Positive(t, handed)

		began := time.Now()
		subscribe(t, url, subscriptions, got.Take)
		eventually(t, "all events are handled", func() bool {
			return got.tickets() == events && pending(t, r) == 0
		})
		require.Less(t, time.Since(began), 10*time.Second,
			"nobody waited for the first subscriber's entries to grow old")
		for id := range events {
			require.Equal(t, 1, got.of(domain.TicketID(id+1)), "ticket %d", id+1)
		}
	})

	t.Run("a handler that gives up at the stop leaves its event to others", func(t *testing.T) {
		t.Parallel()
		url, begun := testenv.Redis(t), make(chan struct{})
		r := open(t, url)
		announce(t, newPublisher(t, url), 1, 1)
		run := subscribe(t, url, 1, func(ctx context.Context, _ domain.TicketID) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		})
		<-begun
		run.stop()
		require.NoError(t, run.wait())
		require.Len(t, idle(t, r), 1)
	})

	t.Run("a stop while events stream in loses none", func(t *testing.T) {
		t.Parallel()
		const events = 2000
		url, got := testenv.Redis(t), &seen{}
		r, p := open(t, url), newPublisher(t, url)
		published := make(chan struct{})
		go func() {
			defer close(published)
			for id := 1; id <= events; id++ {
				if err := p.Announce(t.Context(), ticket(t, id, "Title", "Description")); err != nil {
					t.Error(err)
				}
			}
		}()
		for round := 1; round <= 4; round++ {
			run := subscribe(t, url, 3, got.Take)
			eventually(t, "some are handled", func() bool { return got.tickets() >= round*events/5 })
			run.stop()
			require.NoError(t, run.wait())
		}
		<-published
		subscribe(t, url, 3, got.Take)
		eventually(t, "all are handled", func() bool { return got.tickets() == events && pending(t, r) == 0 })
		twice := 0
		for id := range events {
			twice += got.of(domain.TicketID(id+1)) - 1
		}
		require.Zero(t, twice, "acknowledgements were lost in a stop")
	})
}

// idle are the pending entries that another subscriber may take at once.
func idle(t *testing.T, r *redis.Client) []redis.XPendingExt {
	t.Helper()
	return unacked(t, r, 15*time.Second)
}

// unacked are the entries that have been pending for this long.
func unacked(t *testing.T, r *redis.Client, since time.Duration) []redis.XPendingExt {
	t.Helper()
	list, err := r.XPendingExt(t.Context(), &redis.XPendingExtArgs{
		Stream: redisstream.Stream, Group: redisstream.Group, Start: "-", End: "+", Count: 1000,
		Idle: since,
	}).Result()
	require.NoError(t, err)
	return list
}

type unreadable struct{}

func (unreadable) Unmarshal(map[string]any) (*message.Message, error) {
	return nil, errors.New("cannot be read")
}

func TestARunThatEndsUnaskedIsAnError(t *testing.T) {
	t.Parallel()
	url, got := testenv.Redis(t), &seen{}
	s := newSubscriber(t, url, 3, redisstream.NewDeadLetters(newClient(t, url)), got.Take)
	s.ReadBy(unreadable{})
	announce(t, newPublisher(t, url), 1, 1)
	require.ErrorContains(t, start(t, s).wait(), "ended unasked")
	require.Zero(t, got.tickets())
}

func TestEntriesOfOtherConsumers(t *testing.T) {
	t.Parallel()
	url, got := testenv.Redis(t), &seen{}
	r := open(t, url)
	announce(t, newPublisher(t, url), 1, 4)
	require.NoError(t, r.XGroupCreate(t.Context(), redisstream.Stream, redisstream.Group, "0").Err())
	read, err := r.XReadGroup(t.Context(), &redis.XReadGroupArgs{
		Group: redisstream.Group, Consumer: "other", Streams: []string{redisstream.Stream, ">"}, Count: 3,
	}).Result()
	require.NoError(t, err)
	for _, m := range read[0].Messages[:2] { // as if it had read them so long ago
		require.NoError(t, r.Do(t.Context(), "XCLAIM", redisstream.Stream, redisstream.Group, "other", 0, m.ID,
			"IDLE", 20_000).Err())
	}
	subscribe(t, url, 1, got.Take)
	eventually(t, "those of a dead one and the unread one are handled", func() bool {
		return got.tickets() == 3
	})
	require.Zero(t, got.of(3), "a live one keeps its own")
	eventually(t, "they are acknowledged", func() bool { return pending(t, r) == 1 })
}

func TestEntriesOfOneself(t *testing.T) {
	t.Parallel()
	const longAgo = 10 * time.Minute

	t.Run("one that waits for a free slot is not handled twice", func(t *testing.T) {
		t.Parallel()
		url, got := testenv.Redis(t), &seen{}
		begun, blocked := make(chan struct{}, 2), make(chan struct{})
		r := open(t, url)
		subscribe(t, url, 2, func(ctx context.Context, id domain.TicketID) error {
			begun <- struct{}{}
			<-blocked
			return got.Take(ctx, id)
		})
		announce(t, newPublisher(t, url), 1, 1)
		<-begun
		grow(t, r, unacked(t, r, 0)[0], longAgo)
		time.Sleep(7 * time.Second) // longer than between two looks at idle entries
		require.EqualValues(t, 1, unacked(t, r, 0)[0].RetryCount, "it was given once")
		close(blocked)
		eventually(t, "it is acknowledged", func() bool { return pending(t, r) == 0 })
		require.Equal(t, 1, got.of(1))
	})

	t.Run("one that Redis gave and that never came is handled", func(t *testing.T) {
		t.Parallel()
		url, got := testenv.Redis(t), &seen{}
		r := open(t, url)
		subscribe(t, url, 2, got.Take)
		announce(t, newPublisher(t, url), 1, 1)
		eventually(t, "the subscriber is at work", func() bool { return got.of(1) == 1 && pending(t, r) == 0 })
		consumers, err := r.XInfoConsumers(t.Context(), redisstream.Stream, redisstream.Group).Result()
		require.NoError(t, err)
		require.Len(t, consumers, 1)
		event := &redis.XAddArgs{
			Stream: redisstream.Stream, Values: []string{"payload", `{"id":2}`, "version", "1"},
		}
		read := &redis.XReadGroupArgs{
			Group: redisstream.Group, Consumer: consumers[0].Name, Streams: []string{redisstream.Stream, ">"},
		}
		_, err = r.TxPipelined(t.Context(), func(p redis.Pipeliner) error { // as if the answer were lost on its way
			p.XAdd(t.Context(), event)
			p.XReadGroup(t.Context(), read)
			return nil
		})
		require.NoError(t, err)
		lost := unacked(t, r, 0)
		require.Len(t, lost, 1)
		grow(t, r, lost[0], 15*time.Second)
		eventually(t, "it is handled", func() bool { return got.of(2) == 1 && pending(t, r) == 0 })
	})
}

// grow makes an entry look as if it had been with its consumer for this long.
func grow(t *testing.T, r *redis.Client, e redis.XPendingExt, age time.Duration) {
	t.Helper()
	require.NoError(t, r.Do(t.Context(), "XCLAIM", redisstream.Stream, redisstream.Group, e.Consumer, 0, e.ID,
		"IDLE", age.Milliseconds(), "JUSTID").Err())
}
