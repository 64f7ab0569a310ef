package redisstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"ticketd/app/retry"
	"ticketd/domain"
)

const (
	// Stream is the stream of classify events.
	Stream = "classify"
	// DeadStream is the stream of events that will not be tried again.
	DeadStream = "classify.dead"
	// Group is the consumer group that all workers share.
	Group = "ticketd"

	dialTime = 500 * time.Millisecond
	// watchTime is how long a Redis may take to answer and count as being there.
	watchTime = time.Second
)

// errRedis is the error for a Redis that does not answer. Its cause never holds the password: go-redis does
// not put URLs into errors.
var errRedis = &domain.Error{
	Kind: domain.KindUnavailable, Code: "redis_unavailable", Message: "Redis is out of reach; try again later",
}

// Client is one connection pool. Each role has its own, since Watermill closes the client that it was given,
// and blocked reads occupy connections.
type Client struct{ redis *redis.Client }

// QuietLibrary keeps go-redis from writing plain text with addresses to standard error while Redis is away.
// go-redis has one logger for the whole process, so a program calls this once, at its start.
func QuietLibrary() { logging.Disable() }

// CheckURL returns an error if a Redis URL is malformed. The error does not repeat the URL, which may hold a
// password.
func CheckURL(url string) error {
	if _, err := redis.ParseURL(url); err != nil {
		return errors.New("must be a URL such as redis://user:password@host:6379/0, rediss:// for TLS")
	}
	return nil
}

// NewClient returns a client for one role. It connects at its first use, so that a process can start before
// Redis does.
func NewClient(url, role string, connections int) (*Client, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", CheckURL(url))
	}
	o.ClientName = "ticketd-" + role
	o.PoolSize = connections
	o.DialTimeout = dialTime
	o.ContextTimeoutEnabled = true // else a command outlives its caller's deadline
	o.MaxRetries = -1              // this package decides what is repeated
	o.DialerRetries = 1
	return &Client{redis.NewClient(o)}, nil
}

// Ping returns an error if Redis does not answer.
func (c *Client) Ping(ctx context.Context) error {
	return unavailable("ping", c.redis.Ping(ctx).Err())
}

// outage tells of a Redis that the process needs, by its address alone. The process is server or worker.
func (c *Client) outage(process string, log *slog.Logger) *retry.Outage {
	at := "Redis at " + c.redis.Options().Addr
	return retry.NewOutage(log,
		at+" cannot be used; the "+process+" runs, is not ready and tries again", at+" can be used again")
}

// inTime asks a Redis that may hang.
func inTime(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, watchTime)
	defer cancel()
	return ask(ctx)
}

// Close closes the connections.
func (c *Client) Close() error { return c.redis.Close() }

func unavailable(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, errRedis.With(err))
}
