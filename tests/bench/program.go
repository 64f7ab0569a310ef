package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const (
	startTime = 30 * time.Second
	stopTime  = 30 * time.Second
	poll      = 10 * time.Millisecond
)

// program is a running server or worker.
type program struct {
	cmd     *exec.Cmd
	address string // host:port
	log     string // a file
	done    chan struct{}
}

// start runs a program with nothing in its environment but these settings and returns when it is ready.
func start(ctx context.Context, binary, dir, portName string, settings []string,
	args ...string) (*program, error) {
	p, err := launch(binary, dir, portName, settings, args...)
	if err != nil {
		return nil, err
	}
	if err := p.awaitReady(ctx); err != nil {
		return nil, p.explain(errors.Join(err, p.stop()))
	}
	return p, nil
}

// launch is start that does not wait.
func launch(binary, dir, portName string, settings []string, args ...string) (*program, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p := &program{address: net.JoinHostPort("127.0.0.1", port), log: log.Name(), done: make(chan struct{})}
	p.cmd = exec.Command(binary, args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, log, log
	p.cmd.Env = append([]string{"HOME=" + dir, portName + "=" + port}, settings...)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // the status is read from ProcessState
	}()
	return p, nil
}

func (p *program) pid() int { return p.cmd.Process.Pid }

func (p *program) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/readyz", nil)
		if err != nil {
			return err
		}
		if answer, err := client.Do(request); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-time.After(poll):
		case <-p.done:
			return errors.New("it ended at once")
		case <-ctx.Done():
			return fmt.Errorf("it is not ready: %w", ctx.Err())
		}
	}
}

// stop asks the program to stop in order. A program that has ended already is no error.
func (p *program) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTime):
	}
	err := p.cmd.Process.Kill()
	<-p.done
	return errors.Join(errors.New("it did not stop in time and was killed"), err)
}

// explain adds the end of the log to err.
func (p *program) explain(err error) error {
	text, readErr := os.ReadFile(p.log)
	if readErr != nil {
		return errors.Join(err, readErr)
	}
	return fmt.Errorf("%w; the log of %s ends with:\n%s", err, p.cmd.Path, text[max(0, len(text)-2000):])
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), l.Close()
}
