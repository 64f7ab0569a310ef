package redisstream

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-redisstream/pkg/redisstream"
	"github.com/ThreeDotsLabs/watermill/message"

	"ticketd/app/retry"
	"ticketd/domain"
	"ticketd/ports"
)

// publishConnections is how many events one process publishes at a time at most.
const publishConnections = 32

// Publisher announces tickets on the stream.
type Publisher struct {
	*Queue
	publisher *redisstream.Publisher
	tracer    tracer
}

var _ ports.EventQueue = (*Publisher)(nil)

// NewPublisher returns a publisher with a client of its own, which Close closes.
func NewPublisher(url string, options ...Option) (*Publisher, error) {
	c, err := NewClient(url, "publisher", publishConnections)
	if err != nil {
		return nil, err
	}
	// A limit of the length would drop what nobody has read. The workers remove what is handled.
	config := redisstream.PublisherConfig{Client: c.redis, Marshaller: wire{}}
	p, err := redisstream.NewPublisher(config, watermill.NopLogger{})
	if err != nil {
		return nil, fmt.Errorf("make the publisher: %w", err)
	}
	return &Publisher{Queue: NewQueue(c), publisher: p, tracer: newTracer(options)}, nil
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
	m.SetContext(ctx)
	return unavailable("publish the event", p.publisher.Publish(Stream, m))
}

// Watch says when Redis is away, also at the start, and when it is back, until ctx ends.
func (p *Publisher) Watch(ctx context.Context, log *slog.Logger) {
	outage := p.client.outage("server", log)
	for {
		outage.Note(ctx, inTime(ctx, p.Ping))
		if retry.Pause(ctx, maintainInterval) != nil {
			return
		}
	}
}

// Ping returns an error if Redis does not answer.
func (p *Publisher) Ping(ctx context.Context) error { return p.client.Ping(ctx) }

// Close closes the publisher and its client.
func (p *Publisher) Close() error { return p.publisher.Close() }
