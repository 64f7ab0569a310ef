//go:build unix

package servers

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

const (
	postgresImage    = "postgres:17-alpine"
	redisImage       = "redis:8-alpine"
	containerTimeout = time.Minute // from its start to its first answer
)

func (m Machine) postgresInDocker(o Options) (*Server, error) {
	return m.inDocker(func(port int) (string, *container) {
		u := postgresURL(loopback(port), "postgres", "")
		ping := func(ctx context.Context, db *sql.Conn) error { return db.PingContext(ctx) }
		args := []string{"-e", "POSTGRES_HOST_AUTH_METHOD=trust", "-p", loopback(port) + ":5432", postgresImage}
		return u, &container{
			run: append(args, postgresSettings(o)...), ready: func() error { return onPostgres(u, ping) },
		}
	})
}

func (m Machine) redisInDocker(o Options) (*Server, error) {
	return m.inDocker(func(port int) (string, *container) {
		args := []string{"-p", loopback(port) + ":6379", redisImage, "redis-server"}
		return "redis://" + loopback(port), &container{
			run: append(args, redisArgs(o)...), ready: func() error { return answers(port, 0) },
		}
	})
}

func (m Machine) inDocker(describe func(port int) (string, *container)) (*Server, error) {
	docker, err := exec.LookPath(m.Docker)
	if err != nil {
		return nil, err
	}
	if _, err := output(docker, "version", "--format", "{{.Server.Version}}"); err != nil {
		return nil, fmt.Errorf("the engine does not answer: %w", err)
	}
	return onFreePort(func(port int) (*Server, error) {
		at, err := newPlace()
		if err != nil {
			return nil, err
		}
		u, c := describe(port)
		c.place, c.docker, c.name = at, docker, "ticketd-test-"+strings.ToLower(rand.Text())
		if err := c.create(); err != nil {
			return nil, errors.Join(err, c.Remove())
		}
		return &Server{URL: u, instance: c}, nil
	})
}

// container is a server run by a Docker engine. Its data outlives a stop, until Remove.
type container struct {
	place
	docker, name string
	run          []string // image and arguments
	ready        func() error
}

func (c *container) create() error {
	if err := c.leave(fmt.Sprintf("%q rm --force --volumes %s", c.docker, c.name)); err != nil {
		return err
	}
	if err := c.do(append([]string{"run", "--detach", "--name", c.name}, c.run...)...); err != nil {
		return err
	}
	return c.await()
}

func (c *container) Start() error {
	if err := c.do("start", c.name); err != nil {
		return err
	}
	return c.await()
}

func (c *container) Stop() error { return c.do("stop", "--time", "20", c.name) }

func (c *container) Kill() error { return c.do("kill", c.name) }

func (c *container) Pause() error { return c.do("pause", c.name) }

func (c *container) Resume() error { return c.do("unpause", c.name) }

func (c *container) Demote() error { return errors.New("a server in Docker stays what it is") }

func (c *container) Remove() error {
	return errors.Join(c.do("rm", "--force", "--volumes", c.name), c.remove())
}

func (c *container) await() error {
	var last error
	err := wait(containerTimeout, func() (bool, error) {
		last = c.ready()
		return last == nil, nil
	})
	if err == nil {
		return nil
	}
	return errors.Join(err, last)
}

func (c *container) do(args ...string) error {
	_, err := output(c.docker, args...)
	return err
}
