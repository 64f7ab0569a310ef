package redisstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"

	"ticketd/adapters/internal/redisconn"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// publishConnections is how many events one process publishes at a time at most.
	publishConnections = 32
	// restFailures in a row make a publisher leave Redis alone for restTime, or until Watch sees it take events:
	// a Redis that hangs must not slow requests down. What was not published is found by the workers.
	restFailures = 3
	restTime     = 5 * time.Second
)

var errResting = errors.New("it failed before and is left alone for a moment")

// Publisher announces tickets on the stream.
type Publisher struct {
	*Queue
	publisher *redisstream.Publisher
	tracer    tracer
	rest      redisconn.Rest
	watched   atomic.Bool
}

var _ ports.EventQueue = (*Publisher)(nil)

// NewPublisher returns a publisher with a client of its own, which Close closes.
func NewPublisher(at Place, options ...Option) (*Publisher, error) {
	c, err := NewClient(at, "publisher", publishConnections)
	if err != nil {
		return nil, err
	}
	// A limit of the length would drop what nobody has read. The workers remove what is handled.
	config := redisstream.PublisherConfig{Client: c.redis, Marshaller: wire{}}
	p, err := redisstream.NewPublisher(config, watermill.NopLogger{})
	if err != nil {
		return nil, fmt.Errorf("make the publisher: %w", err)
	}
	return &Publisher{
		Queue: NewQueue(c), publisher: p, tracer: newTracer(c.stream, options),
		rest: redisconn.Rest{Failures: restFailures, Time: restTime},
	}, nil
}

// Announce implements ports.Announcer.
func (p *Publisher) Announce(ctx context.Context, t domain.Ticket) error {
	m, err := newMessage(t)
	if err != nil {
		return err
	}
	if err := p.tracer.send(ctx, m, func(ctx context.Context) error { return p.publish(ctx, m) }); err != nil {
		return fmt.Errorf("announce ticket %d: %w", t.ID(), err)
	}
	return nil
}

func (p *Publisher) publish(ctx context.Context, m *message.Message) error {
	if p.resting() {
		return p.client.unavailable("publish the event", errResting)
	}
	m.SetContext(ctx)
	err := p.publisher.Publish(p.client.stream, m)
	p.rest.Note(err)
	return p.client.unavailable("publish the event", err)
}

// resting reports whether Redis is left alone. Where Watch runs, no event has to find out when that is over.
func (p *Publisher) resting() bool {
	if !p.rest.Failing() {
		return false
	}
	return p.watched.Load() || !p.rest.Over()
}

// Watch says when no event can pass, also at the start, and when they can again, until ctx ends.
func (p *Publisher) Watch(ctx context.Context, log *slog.Logger) {
	p.watched.Store(true)
	defer p.watched.Store(false)
	outage := p.client.outage("server", log)
	for {
		outage.Note(ctx, inTime(ctx, p.Ping))
		if retry.Pause(ctx, maintainInterval) != nil {
			return
		}
	}
}

// Ping implements ports.EventQueue.
func (p *Publisher) Ping(ctx context.Context) error {
	err := p.client.Ping(ctx)
	if err == nil {
		p.rest.Note(nil)
	}
	return err
}

// QueueState implements ports.QueueInspector. It fails while no event can pass.
func (p *Publisher) QueueState(ctx context.Context) (ports.QueueState, error) {
	if err := p.Ping(ctx); err != nil {
		return ports.QueueState{}, err
	}
	return p.Queue.QueueState(ctx)
}

// Close closes the publisher and its client.
func (p *Publisher) Close() error { return p.publisher.Close() }
