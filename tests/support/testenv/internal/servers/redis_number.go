package servers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// lease is a database number that one test has to itself, or a whole server.
type lease struct {
	url     string
	release func() error
}

const (
	numbers    = 15        // 1 to 15: a server has 16 databases unless it is told otherwise
	leaseTime  = time.Hour // longer than a test may last
	leaseWait  = 2 * time.Minute
	leaseRetry = 50 * time.Millisecond
)

func (m Machine) listeningRedis() (lease, error) {
	if err := reachable(m.RedisAddr); err != nil {
		return lease{}, err
	}
	u := url.URL{Scheme: "redis", Host: m.RedisAddr}
	if m.RedisPassword != "" {
		u.User = url.UserPassword("", m.RedisPassword)
	}
	return leaseNumber(u.String())
}

// leaseNumber takes an empty number. A key of ours in database 0 of the server names its holder.
func leaseNumber(server string) (lease, error) {
	opts, err := redis.ParseURL(server)
	if err != nil {
		return lease{}, errors.New("not a URL that begins with redis://")
	}
	opts.DB, opts.PoolSize = 0, 1
	for deadline := time.Now().Add(leaseWait); time.Now().Before(deadline); time.Sleep(leaseRetry) {
		free, taken, err := tryNumbers(opts)
		switch {
		case err != nil:
			return lease{}, err
		case free.number != 0:
			return lease{url: withNumber(server, free.number), release: free.giveBack}, nil
		case taken == 0:
			return lease{}, fmt.Errorf("the numbers 1 to %d are all in use by others", numbers)
		}
	}
	return lease{}, fmt.Errorf("other tests have held every database for %v", leaseWait)
}

type claim struct {
	number int
	token  string
	server *redis.Options
}

func (c claim) key() string { return "ticketd_test:" + strconv.Itoa(c.number) }

// tryNumbers returns a claim, or how many numbers other tests hold.
func tryNumbers(server *redis.Options) (free claim, taken int, err error) {
	err = onRedis(server, 0, func(ctx context.Context, r *redis.Client) error {
		for n := 1; n <= numbers; n++ {
			c := claim{number: n, token: rand.Text(), server: server}
			err := r.SetArgs(ctx, c.key(), c.token, redis.SetArgs{Mode: "NX", TTL: leaseTime}).Err()
			if errors.Is(err, redis.Nil) {
				taken++
				continue
			}
			if err != nil {
				return err
			}
			empty, err := isEmpty(server, n)
			if empty {
				free = c
				return nil
			}
			if err := errors.Join(err, r.Del(ctx, c.key()).Err()); err != nil {
				return err
			}
		}
		return nil
	})
	return free, taken, err
}

func isEmpty(server *redis.Options, number int) (empty bool, err error) {
	err = onRedis(server, number, func(ctx context.Context, r *redis.Client) error {
		size, err := r.DBSize(ctx).Result()
		empty = err == nil && size == 0
		return err
	})
	return empty, err
}

// giveBack empties the number, but not if the lease had run out and somebody else has it.
func (c claim) giveBack() error {
	return onRedis(c.server, 0, func(ctx context.Context, r *redis.Client) error {
		holder, err := r.Get(ctx, c.key()).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		if holder != c.token {
			return fmt.Errorf("the lease of Redis database %d ran out", c.number)
		}
		flush := func(ctx context.Context, r *redis.Client) error { return r.FlushDB(ctx).Err() }
		return errors.Join(onRedis(c.server, c.number, flush), r.Del(ctx, c.key()).Err())
	})
}

// onRedis runs do on a client of its own, which leaves no goroutine behind.
func onRedis(server *redis.Options, number int, do func(context.Context, *redis.Client) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	opts := *server
	opts.DB, opts.MaxRetries, opts.DialerRetries = number, -1, 1
	r := redis.NewClient(&opts)
	return errors.Join(do(ctx, r), r.Close())
}

func withNumber(server string, number int) string {
	u, err := url.Parse(server)
	if err != nil {
		return server // redis.ParseURL has accepted it
	}
	q := u.Query()
	q.Del("db")
	u.Path, u.RawQuery = "/"+strconv.Itoa(number), q.Encode()
	return u.String()
}
