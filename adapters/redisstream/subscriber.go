package redisstream

import (
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

	"ticketd/app/retry"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	// blockTime is how long an idle subscription waits in one read: it sends one command a second and stops
	// within one.
	blockTime = time.Second
	// foreignIdle is how long another worker may hold an entry without acknowledging it. Then it is dead or too
	// busy, and this one takes the entry over. Handling an entry twice is harmless, since only one worker gets
	// the row.
	foreignIdle   = 15 * time.Second
	claimInterval = 5 * time.Second
	// ownIdle is the same for entries of this very process, which may wait for a free slot with them. Only an
	// entry whose acknowledgement got lost stays longer.
	ownIdle = 3 * time.Minute
	// maintainInterval is the time between two runs of maintain.
	maintainInterval = time.Second
	// ackTime bounds the wait for the acknowledgements in flight when the process stops.
	ackTime = 2 * time.Second
	// deadLetterPause is the wait before another try to write a dead letter.
	deadLetterPause = time.Second
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
	acks          *ackCounter
	tracer        tracer
	log           *slog.Logger
}

// NewSubscriber returns a subscriber with a client of its own, which Run closes. Few subscriptions feed many
// slots: each holds one event until handle returns.
func NewSubscriber(
	url string, subscriptions int, letters ports.DeadLetterQueue, handle Handler, log *slog.Logger,
	options ...Option,
) (*Subscriber, error) {
	// The blocked read of a subscription occupies one connection. Others are for claiming and acknowledging.
	c, err := NewClient(url, "subscriber", 3*subscriptions+4)
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	acks := &ackCounter{}
	c.redis.AddHook(acks)
	return &Subscriber{
		client: c, queue: NewQueue(c), letters: letters, handle: handle, subscriptions: subscriptions,
		consumer: fmt.Sprintf("%s-%d-%s", host, os.Getpid(), watermill.NewShortUUID()),
		format:   wire{}, acks: acks, log: log, tracer: newTracer(options),
	}, nil
}

// Run reads until ctx ends. Then it waits for the acknowledgements in flight, releases the events that it
// read but did not start, and returns nil. It returns an error if the reading ended unasked. It waits for a
// Redis that is away.
func (s *Subscriber) Run(ctx context.Context) error {
	reader, err := redisstream.NewSubscriber(redisstream.SubscriberConfig{
		Client: s.client.redis, Unmarshaller: s.format, Consumer: s.consumer, ConsumerGroup: Group, OldestId: "0",
		BlockTime: blockTime, DisableIndefiniteInitialBlock: true,
		ClaimInterval: claimInterval, MaxIdleTime: foreignIdle, ShouldClaimPendingMessage: s.mayClaim,
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
			err := s.subscription(reading, reader)
			if err != nil {
				stop() // one that ended unasked ends them all
			}
			ended <- err
		})
	}
	wg.Wait()
	s.awaitAcks(context.WithoutCancel(ctx))
	s.releaseUnstarted(context.WithoutCancel(ctx))
	closeErr := reader.Close()
	close(ended)
	for err := range ended {
		if err != nil {
			return err
		}
	}
	return closeErr
}

func (s *Subscriber) mayClaim(p redis.XPendingExt) bool {
	return p.Consumer != s.consumer || p.Idle >= ownIdle
}

var errEnded = errors.New("a subscription ended unasked")

// subscription handles the events of one subscription, one after another, until ctx ends.
func (s *Subscriber) subscription(ctx context.Context, reader *redisstream.Subscriber) error {
	events := s.subscribe(ctx, reader)
	for {
		select {
		case <-ctx.Done():
			return nil
		case m, open := <-events:
			if !open {
				return endedUnasked(ctx)
			}
			if s.process(ctx, m) == nil {
				s.acks.expect()
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

// subscribe tries until Redis is there. It returns nil if ctx ends first. The subscription itself must
// outlive ctx: its end would cut off the acknowledgements in flight.
func (s *Subscriber) subscribe(ctx context.Context, reader *redisstream.Subscriber) <-chan *message.Message {
	for {
		// The library leaks a goroutine for every Subscribe that fails, so Redis is tried first.
		if s.queue.EnsureGroup(ctx) == nil {
			if events, err := reader.Subscribe(context.WithoutCancel(ctx), Stream); err == nil {
				return events
			}
		}
		if retry.Pause(ctx, maintainInterval) != nil {
			return nil
		}
	}
}

// process hands an event on, and makes a dead letter of an entry that is none. It fails only when ctx ends.
func (s *Subscriber) process(ctx context.Context, m *message.Message) error {
	id, complaint := ticketOf(m)
	if complaint == "" {
		return s.tracer.take(ctx, m, func(ctx context.Context) error { return s.handle(ctx, id) })
	}
	s.log.WarnContext(ctx, "an entry of the stream is no event", "stream", Stream, "reason", complaint)
	letter := ports.DeadLetter{Cause: ports.CauseMalformed, At: time.Now(), Event: m.Payload}
	for {
		err := s.letters.Add(ctx, letter)
		if err == nil {
			return nil
		}
		if err := retry.Pause(ctx, deadLetterPause); err != nil {
			return err
		}
	}
}

// maintain creates the stream and the group if they are missing, without which every read fails for ever, and
// removes the handled entries.
func (s *Subscriber) maintain(ctx context.Context) {
	outage := s.client.outage("worker", s.log)
	for {
		err := inTime(ctx, s.queue.EnsureGroup)
		if err == nil {
			err = s.queue.Trim(ctx)
		}
		outage.Note(ctx, err)
		if retry.Pause(ctx, maintainInterval) != nil {
			return
		}
	}
}

// awaitAcks waits until the acknowledgements have reached Redis, up to ackTime.
func (s *Subscriber) awaitAcks(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	for !s.acks.settled() {
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
		Stream: Stream, Group: Group, Consumer: s.consumer,
		Start: "-", End: "+", Count: int64(10 * s.subscriptions),
	}).Result()
	if err == nil && len(pending) > 0 {
		args := []any{"XCLAIM", Stream, Group, s.consumer, 0}
		for _, p := range pending {
			args = append(args, p.ID)
		}
		err = s.client.redis.Do(ctx, append(args, "IDLE", foreignIdle.Milliseconds(), "JUSTID")...).Err()
	}
	if err != nil {
		s.log.WarnContext(ctx, "unread events were not given back; another worker takes them later", "error", err)
	}
}
