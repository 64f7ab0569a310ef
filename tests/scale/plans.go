package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"ticketd/adapters/postgres"
)

// calls are how often an operation runs: PostgreSQL plans a prepared statement for its values five times and
// then perhaps for any.
const calls = 9

// node is a node of a plan, as EXPLAIN (FORMAT json) names things.
type node struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Loops    float64 `json:"Actual Loops"`
	Rows     float64 `json:"Actual Rows"`
	Filtered float64 `json:"Rows Removed by Filter"`
	Hit      int     `json:"Shared Hit Blocks"`
	Read     int     `json:"Shared Read Blocks"`
	Plans    []node  `json:"Plans"`
}

// measured is what the calls of an operation took: the shortest times, since others may be busy on the
// machine, to execute and in all, with planning and the way there and back; and the pages of the last call.
type measured struct {
	ms    float64
	all   float64
	pages int
	how   string // the scans of large tables
	err   error
}

// measure runs all operations.
func (c *comparison) measure(
	ctx context.Context, names map[string]string, folder string,
) (results map[string]measured, err error) {
	store, err := openExplained(ctx, c.server)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	results = map[string]measured{}
	for _, op := range c.ops {
		m, last, err := c.measureOne(ctx, store, op, names)
		if err == nil {
			err = keep(folder, op.name, last)
		}
		if err != nil {
			return nil, fmt.Errorf("plans of %s: %w", op.name, err)
		}
		results[op.name] = m
		say("%s: %.2f ms, %d pages, %s %v", op.name, m.ms, m.pages, m.how, m.err)
	}
	return results, nil
}

// measureOne returns the plans of the last call, too.
func (c *comparison) measureOne(
	ctx context.Context, store *postgres.Store, op operation, names map[string]string,
) (m measured, last []told, err error) {
	if _, err := c.log.next(ctx); err != nil { // what the start said
		return m, nil, err
	}
	var times, inAll []float64
	for n := range calls {
		started := time.Now()
		if err := within(ctx, store, op, n+1); err != nil {
			m.err = err
		}
		if errors.Is(m.err, errLong) {
			break // the other calls would be, too
		}
		took := float64(time.Since(started).Microseconds()) / 1000
		plans, err := c.log.next(ctx)
		if err != nil {
			return m, nil, err
		}
		if len(plans) == 0 {
			continue // the call chose to do nothing
		}
		sum := 0.0
		for _, t := range plans {
			sum += t.ms
		}
		times, inAll, last = append(times, sum), append(inAll, took), plans
	}
	m.ms, m.all = shortest(times), shortest(inAll)
	scans := map[string]*scan{}
	for _, t := range last {
		m.pages += t.plan.Hit + t.plan.Read
		t.plan.walk(names, scans)
	}
	m.how = describe(scans)
	return m, last, nil
}

// timeout is what a request has. It cancels the statement in the server, too.
const timeout = 10 * time.Second

func within(ctx context.Context, store *postgres.Store, op operation, n int) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := op.call(ctx, store, n)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errLong
	}
	return err
}

var errLong = fmt.Errorf("longer than %.0f s", timeout.Seconds())

func shortest(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	return slices.Min(list)
}

// scan is how the partitions of a table are read.
type scan struct {
	parts, touched int
	filtered       float64
}

func (n node) walk(names map[string]string, scans map[string]*scan) {
	if n.Relation != "" || n.Index != "" {
		name := n.Index
		if name == "" && strings.HasSuffix(n.Type, "Scan") {
			name = n.Type + " " + base(names, n.Relation)
		}
		if name != "" && n.Type != "Bitmap Heap Scan" && n.Type != "ModifyTable" {
			s := scans[base(names, name)]
			if s == nil {
				s = &scan{}
				scans[base(names, name)] = s
			}
			s.parts++
			if n.Loops > 0 {
				s.touched++
			}
			s.filtered += n.Filtered * n.Loops
		}
	}
	if n.Type == "Sort" && n.Loops > 0 && n.Rows > 100 {
		scans[fmt.Sprintf("Sort of %.0f", n.Rows)] = &scan{parts: 1, touched: 1}
	}
	for _, p := range n.Plans {
		p.walk(names, scans)
	}
}

// base returns the name of what a partition or its index is a part of.
func base(names map[string]string, name string) string {
	if parent, is := names[name]; is {
		return parent
	}
	return name
}

func describe(scans map[string]*scan) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(scans)) {
		s := scans[name]
		text := name
		if s.parts > 1 {
			text += fmt.Sprintf(" %d/%d", s.touched, s.parts)
		}
		if s.filtered >= 100 {
			text += fmt.Sprintf(" (%.0f thrown away)", s.filtered)
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

// keep writes the plans of the last call of an operation into a file.
func keep(folder, name string, said []told) error {
	if folder == "" {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var text strings.Builder
	for _, t := range said {
		fmt.Fprintf(&text, "%.3f ms\n%s\n", t.ms, t.text)
	}
	file := regexp.MustCompile(`[^\w"-]+`).ReplaceAllString(name, "-") + ".json"
	return os.WriteFile(filepath.Join(folder, file), []byte(text.String()), 0o644)
}
