// Package redislimit counts requests in Redis, so that all processes share one limit.
package redislimit

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"ticketd/adapters/internal/redisconn"
	"ticketd/ports"
)

const (
	connections = 16
	// AnswerTime bounds one count of a server. A limit must not cost more than what it protects.
	AnswerTime = 100 * time.Millisecond
	// restTime is how long Counter leaves a Redis alone that failed; then one request tries.
	restTime = 2 * time.Second

	keyPrefix = "ticketd:limit:"
)

// The window begins with the first request and ends when its key expires. A key without an expiry, which a
// crash of another program may leave between two commands, gets one.
var countScript = redis.NewScript(`
local n = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if n == 1 or left < 0 then
	redis.call('PEXPIRE', KEYS[1], ARGV[1])
	left = tonumber(ARGV[1])
end
return {n, left}`)

var errResting = errors.New("it failed before and is left alone for a moment")

// Counter counts requests. It is safe for concurrent use.
type Counter struct {
	redis      redis.UniversalClient
	address    redisconn.Address
	prefix     string
	answerTime time.Duration
	rest       redisconn.Rest
}

var _ ports.RequestCounter = (*Counter)(nil)

// New returns a counter with a client of its own, which connects at its first use. A count that takes longer
// than answerTime is an error. The names of its keys begin with prefix; each count is one key, so that a
// cluster spreads them.
func New(url, prefix string, answerTime time.Duration) (*Counter, error) {
	address, err := redisconn.Parse(url)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL %w", err)
	}
	client, err := address.Open(redisconn.Pool{
		Name: "ticketd-limit", Connections: connections, DialTime: answerTime,
	})
	if err != nil {
		return nil, err
	}
	return &Counter{
		redis: client, address: address, prefix: prefix + keyPrefix, answerTime: answerTime,
		rest: redisconn.Rest{Failures: 1, Time: restTime},
	}, nil
}

// CountRequest implements ports.RequestCounter. It hashes the client's name, since others can see keys.
func (c *Counter) CountRequest(
	ctx context.Context, client string, window time.Duration,
) (n int, left time.Duration, err error) {
	if !c.rest.Over() {
		return 0, 0, c.address.Unavailable("count a request", errResting)
	}
	// A client that goes away says nothing about Redis, so it does not cut the count off.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.answerTime)
	defer cancel()
	digest := sha256.Sum256([]byte(client))
	key := c.prefix + base64.RawURLEncoding.EncodeToString(digest[:])
	answer, err := countScript.Run(ctx, c.redis, []string{key}, window.Milliseconds()).Int64Slice()
	if err == nil && len(answer) != 2 {
		err = fmt.Errorf("the script gave %d values", len(answer))
	}
	c.rest.Note(err)
	if err != nil {
		return 0, 0, c.address.Unavailable("count a request", err)
	}
	return int(answer[0]), time.Duration(answer[1]) * time.Millisecond, nil
}

// Close closes the connections.
func (c *Counter) Close() error { return c.redis.Close() }
