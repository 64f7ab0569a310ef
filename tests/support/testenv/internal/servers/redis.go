package servers

import (
	"fmt"
	"slices"
)

// Redis returns an empty database of a Redis server and what gives it back. A server of the test's own comes
// first, although others may listen: it starts in a few milliseconds and nothing that the test does can reach
// anyone else.
func (m Machine) Redis() (redisURL string, release func() error, err error) {
	if m.RedisURL != "" {
		l, err := leaseNumber(m.RedisURL)
		if err != nil {
			return "", nil, fmt.Errorf("TEST_REDIS_URL is set, but not usable: %w", err)
		}
		return l.url, l.release, nil
	}
	ways := through(m.privateRedis(Options{}), func(s *Server) lease { return lease{s.URL, s.Remove} })
	ways = slices.Insert(ways, min(1, len(ways)), way[lease]{"a server that listens", m.listeningRedis})
	l, err := first("Redis", redisAdvice, ways...)
	return l.url, l.release, err
}

// PrivateRedis starts a server.
func (m Machine) PrivateRedis(o Options) (*Server, error) {
	return first("Redis that can be started and stopped", redisAdvice, m.privateRedis(o)...)
}
