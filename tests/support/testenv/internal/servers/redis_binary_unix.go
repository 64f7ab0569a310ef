//go:build unix

package servers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"
)

func (m Machine) redisFromBinary(o Options) (*Server, error) {
	binary, err := m.findRedis()
	if err != nil {
		return nil, err
	}
	at, err := newPlace()
	if err != nil {
		return nil, err
	}
	s, err := onFreePort(func(port int) (*Server, error) {
		args := append([]string{"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", at.dir},
			redisArgs(o)...)
		p := &process{
			place: at, orderly: syscall.SIGTERM, atOnce: syscall.SIGKILL,
			argv:  append([]string{binary}, args...),
			ready: func(pid int) error { return answers(port, pid) },
		}
		return &Server{URL: "redis://" + loopback(port), instance: p}, p.Start()
	})
	if err != nil {
		return nil, errors.Join(err, at.remove())
	}
	return s, nil
}

func redisArgs(o Options) []string {
	args := []string{"--save", "", "--appendonly", "no"}
	if o.Durable {
		args = []string{"--save", "", "--appendonly", "yes", "--appendfsync", "always"}
	}
	for _, s := range o.Settings {
		args = append(args, "--"+s[0], s[1])
	}
	return args
}

// answers is nil if Redis answers on port and is process pid, or any if pid is 0.
func answers(port, pid int) error {
	if err := reachable(loopback(port)); err != nil {
		return err // asked first, since go-redis logs what it can't reach
	}
	return onRedis(&redis.Options{Addr: loopback(port)}, 0, func(ctx context.Context, r *redis.Client) error {
		info, err := r.Info(ctx, "server").Result()
		if err != nil {
			return err
		}
		if pid != 0 && !strings.Contains(info, fmt.Sprintf("process_id:%d\r\n", pid)) {
			return errors.New("another server answers")
		}
		return nil
	})
}
