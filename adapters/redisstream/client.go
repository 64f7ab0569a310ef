package redisstream

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"ticketd/adapters/internal/redisconn"
	"ticketd/ports/retry"
)

const (
	// Stream is the stream of classify events, behind the prefix of a Place.
	Stream = "classify"
	// DeadStream is the stream of events that will not be tried again, behind the prefix of a Place.
	DeadStream = "classify.dead"
	// Group is the consumer group that all workers share.
	Group = "ticketd"

	dialTime = 500 * time.Millisecond
	// watchTime is how long a Redis may take to answer and count as being there.
	watchTime = time.Second
)

// Place says in which Redis the streams are, and what their names begin with, so that several installations
// can share it.
type Place struct{ URL, Prefix string }

// Client is one connection pool. Each role has its own, since Watermill closes the client that it was given,
// and blocked reads occupy connections.
type Client struct {
	redis        redis.UniversalClient
	address      redisconn.Address
	stream, dead string
}

// QuietLibrary keeps go-redis from writing plain text with addresses to standard error while Redis is away.
// go-redis has one logger for the whole process, so a program calls this once, at its start.
func QuietLibrary() { logging.Disable() }

// CheckURL returns an error if a Redis URL is malformed. The error does not repeat the URL, which may hold a
// password.
func CheckURL(url string) error {
	_, err := redisconn.Parse(url)
	return err
}

// NewClient returns a client for one role. It connects at its first use, so that a process can start before
// Redis does.
func NewClient(at Place, role string, connections int) (*Client, error) {
	address, err := redisconn.Parse(at.URL)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL %w", err)
	}
	r, err := address.Open(redisconn.Pool{Name: "ticketd-" + role, Connections: connections, DialTime: dialTime})
	if err != nil {
		return nil, err
	}
	return &Client{r, address, at.Prefix + Stream, at.Prefix + DeadStream}, nil
}

// Ping returns an error if no event can pass. It writes nothing: Redis refuses the id 0-0, but only after it
// has looked at its role and its memory and at what the user may do (processCommand and xaddCommand).
func (c *Client) Ping(ctx context.Context) error {
	event := &redis.XAddArgs{Stream: c.stream, ID: "0-0", Values: []string{fieldPayload, ""}}
	err := c.redis.XAdd(ctx, event).Err()
	if redis.HasErrorPrefix(err, "The ID specified in XADD") {
		err = c.redis.XLen(ctx, c.stream).Err() // what is there may be no stream
	}
	return c.unavailable("try to pass an event", err)
}

// outage tells of a Redis that the process needs, by its address alone. The process is server or worker.
func (c *Client) outage(process string, log *slog.Logger) *retry.Outage {
	at := "Redis at " + c.address.String()
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

func (c *Client) unavailable(what string, err error) error { return c.address.Unavailable(what, err) }

// now returns the time at which the stream is kept: the nodes of a cluster have clocks of their own.
func (c *Client) now(ctx context.Context) (time.Time, error) {
	if cluster, ok := c.redis.(*redis.ClusterClient); ok {
		node, err := cluster.MasterForKey(ctx, c.stream)
		if err != nil {
			return time.Time{}, err
		}
		return node.Time(ctx).Result()
	}
	return c.redis.Time(ctx).Result()
}
