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
)

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
		return nil, errors.Join(fmt.Errorf("the imitation of the model did not start: %w", err), in.Close(),
			cmd.Wait())
	}
	return &modelProcess{strings.TrimSpace(line), cmd, in}, nil
}

func (p *modelProcess) pid() int { return p.cmd.Process.Pid }

// end drops the error of an imitation that an interrupt has ended before.
func (p *modelProcess) end() error {
	err := p.in.Close()
	_ = p.cmd.Wait()
	return err
}
