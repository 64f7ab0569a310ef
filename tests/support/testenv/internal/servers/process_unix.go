//go:build unix

package servers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startTimeout = time.Minute
	stopTimeout  = 20 * time.Second
)

// process is a server run from a binary, as a child of this process. It holds no goroutine, since tests look
// for leaks.
type process struct {
	place
	argv    []string
	account *syscall.Credential
	ready   func(pid int) error // checks that the one who answers is this process
	orderly syscall.Signal      // stops it, its data written
	atOnce  syscall.Signal      // ends it and its children, whatever it is doing
	pid     int                 // 0: not running
	frozen  []int               // the processes that Pause stopped
}

// Start waits for what a killed PostgreSQL leaves behind for a moment: children that are not quite gone hold
// its shared memory.
func (p *process) Start() error {
	err := p.start()
	for range 50 {
		if err == nil || !strings.Contains(err.Error(), "pre-existing shared memory block") {
			break
		}
		time.Sleep(100 * time.Millisecond)
		if err := os.Truncate(p.log(), 0); err != nil {
			return err
		}
		err = p.start()
	}
	return err
}

func (p *process) start() error {
	if p.pid != 0 {
		return errors.New("it is running")
	}
	log, err := os.OpenFile(p.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	cmd := command(p.argv[0], p.argv[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.dir, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: p.account}
	if err := errors.Join(cmd.Start(), log.Close()); err != nil {
		return err
	}
	p.pid = cmd.Process.Pid
	if err := p.leave(p.farewell()); err != nil {
		return errors.Join(err, p.end(p.atOnce))
	}
	return p.await()
}

func (p *process) farewell() string { return fmt.Sprintf("kill -%d %d", p.atOnce, p.pid) }

func (p *process) await() error {
	err := wait(startTimeout, func() (bool, error) {
		if gone, err := p.gone(); gone || err != nil {
			return false, errors.Join(errEnded, err)
		}
		return p.ready(p.pid) == nil, nil
	})
	if err == nil {
		return nil
	}
	if p.pid != 0 {
		err = errors.Join(fmt.Errorf("%w: %w", err, p.ready(p.pid)), p.end(p.atOnce))
	}
	return fmt.Errorf("%w; its log ends with:\n%s", err, tail(p.log()))
}

func (p *process) Stop() error { return p.end(p.orderly) }

// Kill ends the children too: nobody is left who could still answer.
func (p *process) Kill() error {
	if p.pid == 0 {
		return errors.New("it is not running")
	}
	if err := syscall.Kill(p.pid, syscall.SIGSTOP); err != nil {
		return err
	}
	for _, child := range children(p.pid) {
		if err := unlessGone(syscall.Kill(child, syscall.SIGKILL)); err != nil {
			return err
		}
	}
	return p.end(syscall.SIGKILL)
}

// Pause stops the parent first, so that no more children are born.
func (p *process) Pause() error {
	if p.pid == 0 || p.frozen != nil {
		return errors.New("it is not running")
	}
	err := syscall.Kill(p.pid, syscall.SIGSTOP)
	p.frozen = append(children(p.pid), p.pid)
	for _, pid := range p.frozen {
		err = errors.Join(err, unlessGone(syscall.Kill(pid, syscall.SIGSTOP)))
	}
	thaw := strings.Trim(fmt.Sprint(p.frozen), "[]")
	return errors.Join(err, p.leave(p.farewell()+"; kill -CONT "+thaw))
}

// Resume undoes Pause.
func (p *process) Resume() error {
	var err error
	for _, pid := range p.frozen {
		err = errors.Join(err, unlessGone(syscall.Kill(pid, syscall.SIGCONT)))
	}
	p.frozen = nil
	return err
}

func unlessGone(err error) error {
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

func (p *process) Remove() error {
	var err error
	if p.pid != 0 {
		err = p.end(p.atOnce)
	}
	return errors.Join(err, p.remove())
}

func (p *process) end(signal syscall.Signal) error {
	if p.pid == 0 {
		return errors.New("it is not running")
	}
	if err := errors.Join(syscall.Kill(p.pid, signal), p.Resume()); err != nil {
		return err
	}
	return wait(stopTimeout, p.gone)
}

// gone also takes the exit status, so that no zombie stays.
func (p *process) gone() (bool, error) {
	pid, err := syscall.Wait4(p.pid, nil, syscall.WNOHANG, nil)
	if pid == 0 || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	p.pid = 0
	return true, errors.Join(err, p.forget())
}

func (p *process) log() string { return filepath.Join(p.dir, "log") }

// children is empty where there is no /proc. PostgreSQL's children then end by themselves, a little later.
func children(pid int) []int {
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	if err != nil {
		return nil
	}
	var pids []int
	for _, field := range strings.Fields(string(list)) {
		if child, err := strconv.Atoi(field); err == nil {
			pids = append(pids, child)
		}
	}
	return pids
}
