// Package usage reads from Linux' /proc what processes take of the machine.
package usage

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit of times in /proc, the same on every Linux: USER_HZ is 100.
const tick = 10 * time.Millisecond

// Stat is what matters of /proc/PID/stat.
type Stat struct {
	Command  string
	Parent   int
	Own      time.Duration // processor time of the process with all its threads
	Children time.Duration // of the children that have ended and were waited for, and of theirs
}

var errStat = errors.New("not the text of /proc/PID/stat")

// ParseStat reads the text of /proc/PID/stat.
func ParseStat(text string) (Stat, error) {
	// the command may have both in it
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return Stat{}, errStat
	}
	fields := strings.Fields(text[end+1:])
	// Counted as in proc(5), where the state after the command is field 3.
	const parent, user, system, childUser, childSystem, first = 4, 14, 15, 16, 17, 3
	if len(fields) <= childSystem-first {
		return Stat{}, errStat
	}
	var n [childSystem + 1]int64
	for _, field := range []int{parent, user, system, childUser, childSystem} {
		var err error
		if n[field], err = strconv.ParseInt(fields[field-first], 10, 64); err != nil {
			return Stat{}, fmt.Errorf("%w: field %d: %w", errStat, field, err)
		}
	}
	return Stat{
		Command: text[open+1 : end], Parent: int(n[parent]),
		Own: time.Duration(n[user]+n[system]) * tick, Children: time.Duration(n[childUser]+n[childSystem]) * tick,
	}, nil
}

// StatOf returns the figures of a process.
func StatOf(pid int) (Stat, error) {
	text, err := read(pid, "stat")
	if err != nil {
		return Stat{}, err
	}
	return ParseStat(text)
}

// OfProcess returns the processor time of a process.
func OfProcess(pid int) (time.Duration, error) {
	s, err := StatOf(pid)
	return s.Own, err
}

// OfFamily returns the processor time of a process and all its children, including those that have ended. A
// child that ends during the reading counts once or, rarely, is missing until the next one.
func OfFamily(pid int) (time.Duration, error) {
	children, err := childrenOf(pid)
	if err != nil {
		return 0, err
	}
	var living time.Duration
	for _, child := range children {
		switch s, err := StatOf(child); {
		case err == nil:
			living += s.Own + s.Children
		case !gone(err):
			return 0, err
		}
	}
	parent, err := StatOf(pid)
	return living + parent.Own + parent.Children, err
}

// childrenOf returns the living children of all threads: each thread has those that it started.
func childrenOf(pid int) (children []int, err error) {
	threads, err := os.ReadDir("/proc/" + strconv.Itoa(pid) + "/task")
	if err != nil {
		return nil, err
	}
	for _, thread := range threads {
		text, err := read(pid, "task/"+thread.Name()+"/children")
		if gone(err) {
			continue // a thread that ended hands its children to another
		}
		if err != nil {
			return nil, err
		}
		for _, field := range strings.Fields(text) {
			child, err := strconv.Atoi(field)
			if err != nil {
				return nil, err
			}
			children = append(children, child)
		}
	}
	return children, nil
}

func gone(err error) bool { return errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) }

// ParsePeak returns the peak memory of a process in bytes from the text of /proc/PID/status.
func ParsePeak(text string) (int64, error) {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(line, "VmHWM:")
		if !found {
			continue
		}
		kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10,
			64)
		return kilobytes << 10, err
	}
	return 0, errors.New("no VmHWM in /proc/PID/status")
}

// PeakMemory returns the most memory, in bytes, that a process has had in RAM since its start.
func PeakMemory(pid int) (int64, error) {
	text, err := read(pid, "status")
	if err != nil {
		return 0, err
	}
	return ParsePeak(text)
}

func read(pid int, file string) (string, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/" + file)
	return string(text), err
}
