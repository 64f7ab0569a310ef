package redisstream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/redis/go-redis/v9"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// blockTime is how long an idle subscription waits in one read: it sends one command a second and stops
	// within one.
	blockTime = time.Second
	// idleTime is how long an entry may be given and not acknowledged. Then the worker is dead, too busy or
	// never got Redis' answer, and one that does not have the entry takes it over. Handling an entry twice is
	// harmless, since only one worker gets the row.
	idleTime      = 15 * time.Second
	claimInterval = 5 * time.Second
	// maintainInterval is the time between two runs of maintain.
	maintainInterval = time.Second
	// ackTime bounds the wait for the acknowledgements in flight when the process stops.
	ackTime = 2 * time.Second
	// deadLetterPause is the wait before another try to write a dead letter.
	deadLetterPause = time.Second
	// fullTime is how long an entry that is no event waits for a full Redis to take its dead letter: it must not
	// hold up the events behind it, which make room.
	fullTime = time.Minute
	// ungroupedBatch is how many entries are handled in one step while there is no group.
	ungroupedBatch = 100
)

// Handler takes an event. It returns nil once the row is claimed or there is nothing to do; the event is
// acknowledged then. An error means that the process stops; the event stays for another worker.
type Handler func(ctx context.Context, id domain.TicketID) error

// Subscriber reads the stream as a member of the consumer group.
type Subscriber struct {
	client        *Client
	queue         *Queue
	letters       ports.DeadLetterQueue
	handle        Handler
	subscriptions int
	consumer      string
	format        redisstream.Unmarshaller
	traffic       *traffic
	tracer        tracer
	ungrouped     sync.Mutex // held by the subscription that reads without a group
	log           *slog.Logger
}

// NewSubscriber returns a subscriber with a client of its own, which Run or Close closes. Few subscriptions
// feed many slots: each holds one event until handle returns.
func NewSubscriber(
	at Place, subscriptions int, letters ports.DeadLetterQueue, handle Handler, log *slog.Logger,
	options ...Option,
) (*Subscriber, error) {
	// The blocked read of a subscription occupies one connection. Others are for claiming and acknowledging.
	c, err := NewClient(at, "subscriber", 3*subscriptions+4)
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	t := &traffic{}
	c.redis.AddHook(t)
	return &Subscriber{
		client: c, queue: NewQueue(c), letters: letters, handle: handle, subscriptions: subscriptions,
		consumer: fmt.Sprintf("%s-%d-%s", host, os.Getpid(), watermill.NewShortUUID()),
		format:   wire{}, traffic: t, log: log, tracer: newTracer(c.stream, options),
	}, nil
}

// Close closes a subscriber that never ran.
func (s *Subscriber) Close() error { return s.client.Close() }

// Ping returns an error if no event can pass, or if the last one could not be read or acknowledged.
func (s *Subscriber) Ping(ctx context.Context) error {
	if err := s.client.Ping(ctx); err != nil {
		return err
	}
	return s.client.unavailable("read events", s.traffic.failed())
}

// Run reads until ctx ends. Then it waits for the acknowledgements in flight, releases the events that it
// read but did not start, and returns nil. It returns an error if the reading ended unasked. It waits for a
// Redis that is away.
func (s *Subscriber) Run(ctx context.Context) error {
	events, err := redisstream.NewSubscriber(redisstream.SubscriberConfig{
		Client: reader{s.client.redis}, Unmarshaller: s.format,
		Consumer: s.consumer, ConsumerGroup: Group, OldestId: "0",
		BlockTime: blockTime, DisableIndefiniteInitialBlock: true,
		ClaimInterval: claimInterval, MaxIdleTime: idleTime, ShouldClaimPendingMessage: s.mayClaim,
	}, quiet{s.log})
	if err != nil {
		return fmt.Errorf("make the subscriber: %w", err)
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() { s.maintain(reading) })
	ended := make(chan error, s.subscriptions)
	for range s.subscriptions {
		wg.Go(func() {
			err := s.subscription(reading, events)
			if err != nil {
				stop() // one that ended unasked ends them all
			}
			ended <- err
		})
	}
	wg.Wait()
	s.awaitAcks(context.WithoutCancel(ctx))
	s.releaseUnstarted(context.WithoutCancel(ctx))
	closeErr := events.Close()
	close(ended)
	for err := range ended {
		if err != nil {
			return err
		}
	}
	return closeErr
}

// mayClaim reports whether this process may take an idle entry over: not if it has the entry and waits for a
// free slot, but also if Redis gave it the entry and the answer was lost on the way.
func (s *Subscriber) mayClaim(p redis.XPendingExt) bool { return !s.traffic.holds(p.ID) }

var errEnded = errors.New("a subscription ended unasked")

// subscription handles the events of one subscription, one after another, until ctx ends.
func (s *Subscriber) subscription(ctx context.Context, from *redisstream.Subscriber) error {
	events := s.subscribe(ctx, from)
	for {
		select {
		case <-ctx.Done():
			return nil
		case m, open := <-events:
			if !open {
				return endedUnasked(ctx)
			}
			if s.process(ctx, m) == nil {
				s.traffic.expect()
				m.Ack()
			}
		}
	}
}

func endedUnasked(ctx context.Context) error {
	if ctx.Err() == nil {
		return errEnded
	}
	return nil
}

// subscribe tries until the group is there. It returns nil if ctx ends first. The subscription itself must
// outlive ctx: its end would cut off the acknowledgements in flight.
func (s *Subscriber) subscribe(ctx context.Context, from *redisstream.Subscriber) <-chan *message.Message {
	for {
		// The library leaks a goroutine for every Subscribe that fails, so Redis is tried first.
		err := inTime(ctx, s.queue.EnsureGroup)
		if err == nil {
			if events, err := from.Subscribe(context.WithoutCancel(ctx), s.client.stream); err == nil {
				return events
			}
		}
		if redis.IsOOMError(err) && s.ungrouped.TryLock() {
			err := s.readUngrouped(ctx)
			s.ungrouped.Unlock()
			if err == nil {
				continue
			}
		}
		if retry.Pause(ctx, maintainInterval) != nil {
			return nil
		}
	}
}

var errNothingUngrouped = errors.New("there is nothing that may be read without a group")

// readUngrouped handles the first entries of a stream whose group a full Redis does not let us make, and
// takes them out, which makes room for the group. Others may do the same at once: only one gets each row. It
// leaves the stream alone if another group reads it.
func (s *Subscriber) readUngrouped(ctx context.Context) error {
	groups, err := s.queue.groups(ctx)
	if err != nil {
		return err
	}
	entries, err := s.client.redis.XRangeN(ctx, s.client.stream, "-", "+", ungroupedBatch).Result()
	if err != nil {
		return err
	}
	if len(groups) > 0 || len(entries) == 0 {
		return errNothingUngrouped
	}
	for _, e := range entries {
		m, err := s.format.Unmarshal(e.Values)
		if err != nil {
			return err
		}
		if err := s.process(ctx, m); err != nil {
			return err
		}
		if err := s.client.redis.XDel(context.WithoutCancel(ctx), s.client.stream, e.ID).Err(); err != nil {
			return err
		}
	}
	return nil
}

// process hands an event on, and makes a dead letter of an entry that is none. It fails only when ctx ends. A
// Redis that stays full gets no letter.
func (s *Subscriber) process(ctx context.Context, m *message.Message) error {
	id, complaint := ticketOf(m)
	if complaint == "" {
		return s.tracer.take(ctx, m, func(ctx context.Context) error { return s.handle(ctx, id) })
	}
	s.log.WarnContext(ctx, "an entry of the stream is no event", "stream", s.client.stream, "reason", complaint)
	letter := ports.DeadLetter{Cause: ports.CauseMalformed, At: time.Now(), Event: m.Payload}
	for {
		err := s.letters.Add(ctx, letter)
		if err == nil {
			return nil
		}
		if redis.IsOOMError(err) && time.Since(letter.At) > fullTime {
			s.log.ErrorContext(ctx, "dead letter not written; the entry is dropped",
				"cause", letter.Cause, "reason", complaint, "error", err)
			return nil
		}
		if err := retry.Pause(ctx, deadLetterPause); err != nil {
			return err
		}
	}
}

// maintain creates the stream and the group if they are missing, without which every read fails for ever, and
// removes the handled entries, which makes room in a Redis that is full.
func (s *Subscriber) maintain(ctx context.Context) {
	outage := s.client.outage("worker", s.log)
	for {
		err := inTime(ctx, s.queue.EnsureGroup)
		if err == nil {
			err = inTime(ctx, func(ctx context.Context) error { return s.queue.Trim(ctx, s.traffic.lastRead()) })
		}
		outage.Note(ctx, cmp.Or(inTime(ctx, s.Ping), err))
		if retry.Pause(ctx, maintainInterval) != nil {
			return
		}
	}
}

// awaitAcks waits until the acknowledgements have reached Redis, up to ackTime.
func (s *Subscriber) awaitAcks(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	for !s.traffic.settled() {
		if retry.Pause(ctx, 5*time.Millisecond) != nil {
			return
		}
	}
}

// releaseUnstarted makes the entries that this process read but did not start look idle, so that another
// worker takes them over at once.
func (s *Subscriber) releaseUnstarted(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	pending, err := s.client.redis.XPendingExt(ctx, &redis.XPendingExtArgs{
		Stream: s.client.stream, Group: Group, Consumer: s.consumer,
		Start: "-", End: "+", Count: int64(10 * s.subscriptions),
	}).Result()
	if err == nil && len(pending) > 0 {
		args := []any{"XCLAIM", s.client.stream, Group, s.consumer, 0}
		for _, p := range pending {
			args = append(args, p.ID)
		}
		err = s.client.redis.Do(ctx, append(args, "IDLE", idleTime.Milliseconds(), "JUSTID")...).Err()
	}
	if err != nil {
		s.log.WarnContext(ctx, "unread events were not given back; another worker takes them later", "error", err)
	}
}
