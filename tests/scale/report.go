package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"
)

// waits collects how long creates took.
type waits struct {
	mu        sync.Mutex
	n, failed int
	max       time.Duration
}

func (w *waits) took(d time.Duration, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	if err != nil {
		w.failed++
		detail := ""
		if refused, is := errors.AsType[*pq.Error](err); is {
			detail = refused.Detail
		}
		say("create: %v %s", err, detail)
	}
	w.max = max(w.max, d)
}

func (w *waits) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.max = 0
}

func (w *waits) longest() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.max.Round(time.Millisecond)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// show prints what each operation took in each layout, and how it read the tables.
func (c *comparison) show() error {
	fmt.Fprintf(c.out, "## Operations\n\nMilliseconds to execute / in all, with planning and the way there and "+
		"back / pages; the shortest of %d calls.\n\n| operation |", calls)
	for _, l := range c.layouts {
		fmt.Fprintf(c.out, " %s |", l.name)
	}
	fmt.Fprintf(c.out, "\n|---|%s\n", strings.Repeat("---|", len(c.layouts)))
	for _, op := range c.ops {
		fmt.Fprintf(c.out, "| %s |", op.name)
		for _, l := range c.layouts {
			m := l.results[op.name]
			switch {
			case errors.Is(m.err, errLong):
				fmt.Fprintf(c.out, " %v |", m.err)
				continue
			case m.err != nil:
				fmt.Fprintf(c.out, " failed |")
				continue
			}
			fmt.Fprintf(c.out, " %.2f / %.2f / %d |", m.ms, m.all, m.pages)
		}
		fmt.Fprintln(c.out)
	}
	fmt.Fprintf(c.out, "\n## Plans\n\nThe indexes that are read; of those with partitions, how many were read "+
		"of how many in the plan.\n\n")
	for _, op := range c.ops {
		fmt.Fprintf(c.out, "**%s**\n\n", op.name)
		for _, l := range c.layouts {
			m := l.results[op.name]
			fmt.Fprintf(c.out, "- %s: %s", l.name, m.how)
			if m.err != nil {
				fmt.Fprintf(c.out, " %v", m.err)
			}
			fmt.Fprintln(c.out)
		}
		fmt.Fprintln(c.out)
	}
	return nil
}
