package redisconn

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"

	"ticketd/domain"
)

// errAway is the error for a Redis that cannot be used now. Its cause never holds the password: go-redis does
// not put URLs into errors.
var errAway = &domain.Error{
	Kind: domain.KindUnavailable, Code: "redis_unavailable", Message: "Redis cannot be used now",
}

// Unavailable returns nil for nil, and else an error that says what was tried, what is wrong and, where that
// is known, what to do.
func (a Address) Unavailable(what string, err error) error {
	if err == nil {
		return nil
	}
	if advice := a.advice(err); advice != "" {
		err = fmt.Errorf("%s (%w)", advice, err)
	}
	return fmt.Errorf("%s: %w", what, errAway.With(err))
}

// replies are what servers answer, by how it begins. Redis 7 writes them into server.c and cluster.c.
var replies = []struct{ begin, advice string }{
	{"OOM ", "it is full: give it a larger maxmemory, or take out what others keep there"},
	{"READONLY ", "it is a replica: REDIS_URL must name the master, or the Sentinels that know it"},
	{"MOVED ", nodeOfCluster},
	{"NOAUTH ", "it wants a password: write redis://user:password@host in REDIS_URL"},
	{"WRONGPASS ", "it does not take the user and the password of REDIS_URL"},
	{"NOPERM ", "the user of REDIS_URL lacks a right, see docs/operations.md"},
	{"CLUSTERDOWN ", "the cluster does not serve the slot of the key: a node or the slot's owner is missing"},
	{"MISCONF ", "it cannot write to its disk"},
	{"NOREPLICAS ", "too few replicas follow it"},
	{"LOADING ", "it loads its data"},
	{"ERR This instance has cluster support disabled", "it is no cluster: write redis:// in REDIS_URL"},
	{"ERR unknown command `sentinel`", sentinelIsNone},
	{"ERR unknown command 'sentinel'", sentinelIsNone},
	{"ERR unknown command", "it does not know streams: it is a Sentinel (then write " +
		"redis+sentinel://host:26379/MASTER in REDIS_URL) or older than Redis 5"},
	{"ERR DB index is out of range", "it has no database of this number"},
	{"ERR SELECT is not allowed in cluster mode", nodeOfCluster},
}

const (
	nodeOfCluster  = "it is a node of a cluster: write redis+cluster:// in REDIS_URL"
	sentinelIsNone = "a Sentinel of REDIS_URL is none, but a server: write redis://, or the Sentinel's port"
)

// advice says what to do about an error, and "" if its own words have to do.
func (a Address) advice(err error) string {
	reply := ""
	if r, ok := errors.AsType[redis.Error](err); ok {
		reply = r.Error()
	}
	for _, known := range replies {
		if strings.HasPrefix(reply, known.begin) {
			return known.advice
		}
	}
	host, unresolved := errors.AsType[*net.DNSError](err)
	dial, refused := errors.AsType[*net.OpError](err)
	refused = refused && dial.Op == "dial"
	text := err.Error()
	switch {
	case a.options.MasterName != "" && errors.Is(err, redis.Nil):
		return "the Sentinels know no master named " + a.options.MasterName
	case unresolved:
		return "the host " + host.Name + " does not resolve"
	case refused && a.options.IsClusterMode:
		return "the node of the cluster that serves the key is out of reach, and no replica has taken over"
	case refused && a.options.MasterName != "" && strings.Contains(text, "all sentinels"):
		return "no Sentinel is within reach"
	case refused && a.options.MasterName != "":
		return "the master that the Sentinels name is out of reach"
	case strings.Contains(text, "unknown authority"):
		return "its certificate is of an authority that is not known here: name the authority's by ?ca_file="
	case strings.Contains(text, "does not look like a TLS handshake"):
		return "it speaks no TLS: write redis:// instead of rediss://"
	case a.tls == nil && (errors.Is(err, io.EOF) || strings.Contains(text, "connection reset")):
		return "it closed the connection: it may want TLS, which is rediss://"
	case errors.Is(err, context.DeadlineExceeded) && a.tls != nil:
		return "it does not answer in time: it may speak no TLS, which is redis:// instead of rediss://"
	case errors.Is(err, context.DeadlineExceeded):
		return "it does not answer in time"
	}
	return ""
}
