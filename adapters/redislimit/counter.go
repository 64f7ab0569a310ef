// Package redislimit counts requests in Redis, so that all processes share one limit.
package redislimit

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	connections = 16
	// AnswerTime bounds one count of a server. A limit must not cost more than what it protects.
	AnswerTime = 100 * time.Millisecond
	// restTime is how long Counter leaves a Redis alone that failed.
	restTime = time.Second

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

// errAway is the error for a Redis that does not answer now.
var errAway = &domain.Error{
	Kind: domain.KindUnavailable, Code: "redis_unavailable", Message: "Redis is out of reach; try again later",
}

// Counter counts requests. It is safe for concurrent use.
type Counter struct {
	redis      *redis.Client
	answerTime time.Duration
	restUntil  atomic.Int64 // nanoseconds since the epoch
}

var _ ports.RequestCounter = (*Counter)(nil)

// New returns a counter with a client of its own, which connects at its first use. A count that takes longer
// than answerTime is an error.
func New(url string, answerTime time.Duration) (*Counter, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("REDIS_URL must be a URL such as redis://user:password@host:6379/0")
	}
	o.ClientName, o.PoolSize, o.MaxRetries = "ticketd-limit", connections, -1
	o.DialTimeout, o.ContextTimeoutEnabled = answerTime, true
	return &Counter{redis: redis.NewClient(o), answerTime: answerTime}, nil
}

// CountRequest implements ports.RequestCounter. It hashes the client's name, since others can see keys.
func (c *Counter) CountRequest(
	ctx context.Context, client string, window time.Duration,
) (n int, left time.Duration, err error) {
	if time.Now().UnixNano() < c.restUntil.Load() {
		return 0, 0, errAway
	}
	// A client that goes away says nothing about Redis, so it does not cut the count off.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.answerTime)
	defer cancel()
	digest := sha256.Sum256([]byte(client))
	key := keyPrefix + base64.RawURLEncoding.EncodeToString(digest[:])
	answer, err := countScript.Run(ctx, c.redis, []string{key}, window.Milliseconds()).Int64Slice()
	if err != nil || len(answer) != 2 {
		c.restUntil.Store(time.Now().Add(restTime).UnixNano())
		return 0, 0, fmt.Errorf("count a request: %w", errAway.With(err))
	}
	return int(answer[0]), time.Duration(answer[1]) * time.Millisecond, nil
}

// Close closes the connections.
func (c *Counter) Close() error { return c.redis.Close() }
