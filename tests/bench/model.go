package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"ticketd/tests/modelserver"
)

// imitate is the imitation of the model's API, as a process of its own so that its processor time can be told from the generator's. It
// prints its base URL and answers until standard input ends.
func imitate(delay time.Duration) error {
	s, err := modelserver.Start("127.0.0.1:0")
	if err != nil {
		return err
	}
	s.Behave(modelserver.Slow(delay, 0, modelserver.Right()))
	fmt.Println(s.URL())
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, s.Close())
}

// modelProcess is a running imitation.
type modelProcess struct {
	url string
	cmd *exec.Cmd
	in  io.Closer
}

func startModel(ctx context.Context, delay time.Duration) (*modelProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "--model", delay.String())
	cmd.Stderr = os.Stderr
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the imitation of the model did not start: %w", err), in.Close(), cmd.Wait())
	}
	return &modelProcess{strings.TrimSpace(line), cmd, in}, nil
}

func (p *modelProcess) pid() int { return p.cmd.Process.Pid }

// end drops the error of a model that an interrupt has ended before.
func (p *modelProcess) end() error {
	err := p.in.Close()
	_ = p.cmd.Wait()
	return err
}
