package pgbench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Result is what pgbench did.
type Result struct {
	Transactions int     // runs of a script
	PerSecond    float64 // without the time to connect
	Failed       int
	Latencies    []time.Duration // of a tenth of the transactions, ascending
	CPU          time.Duration   // of pgbench itself
}

var (
	processed = regexp.MustCompile(`(?m)^number of transactions actually processed: (\d+)`)
	perSecond = regexp.MustCompile(
		`(?m)^tps = ([\d.]+) \((?:without initial connection time|excluding connections establishing)\)`)
	failed = regexp.MustCompile(`(?m)^number of failed transactions: (\d+)`)
)

// ParseOutput reads what pgbench prints at its end.
func ParseOutput(text string) (r Result, err error) {
	n, tps := processed.FindStringSubmatch(text), perSecond.FindStringSubmatch(text)
	if n == nil || tps == nil {
		return Result{}, fmt.Errorf("pgbench said something unknown:\n%s", text)
	}
	var errs [3]error
	r.Transactions, errs[0] = strconv.Atoi(n[1])
	r.PerSecond, errs[1] = strconv.ParseFloat(tps[1], 64)
	if f := failed.FindStringSubmatch(text); f != nil { // since version 15
		r.Failed, errs[2] = strconv.Atoi(f[1])
	}
	return r, errors.Join(errs[:]...)
}

// takeLogs reads the logs of all threads and removes them.
func takeLogs(prefix string) ([]time.Duration, error) {
	files, err := filepath.Glob(prefix + ".*")
	if err != nil {
		return nil, err
	}
	var all []time.Duration
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		some, err := ParseLog(string(text))
		if err := errors.Join(err, os.Remove(file)); err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.Sort(all)
	return all, nil
}

// ParseLog reads the latencies from a log of transactions.
func ParseLog(text string) ([]time.Duration, error) {
	var all []time.Duration
	for line := range strings.Lines(text) {
		// client, transaction, latency in microseconds, script, second, microsecond
		fields := strings.Fields(line)
		if len(fields) < 6 {
			return nil, fmt.Errorf("not a line of pgbench's log: %q", line)
		}
		micros, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("not a line of pgbench's log: %q", line)
		}
		all = append(all, time.Duration(micros)*time.Microsecond)
	}
	return all, nil
}
