package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ticketd/tests/support/testenv"
)

// logged make a server write a log that serverLog reads.
var logged = []testenv.Option{
	testenv.Setting("logging_collector", "on"), testenv.Setting("log_destination", "jsonlog"),
	testenv.Setting("log_rotation_size", "0"), testenv.Setting("log_rotation_age", "0"),
}

// serverLog reads the plans in a server's log.
type serverLog struct {
	db      *sql.DB
	offset  int64
	markers int
}

// told is what the server says of one statement.
type told struct {
	ms   float64
	plan node
	text string
}

var explained = regexp.MustCompile(`(?s)^duration: ([\d.]+) ms +plan:\n(.*)$`)

// next returns the plans of the statements that have ended since it was called last. What others wrote before
// its own mark is in front of that.
func (l *serverLog) next(ctx context.Context) (list []told, err error) {
	l.markers++
	mark := fmt.Sprintf("scale: mark %d", l.markers)
	if err := do(ctx, l.db, `DO $$ BEGIN RAISE LOG '`+mark+`'; END $$`); err != nil {
		return nil, err
	}
	const read = `SELECT pg_read_file(pg_current_logfile('jsonlog'), $1, 1 << 29)`
	text := ""
	for end := -1; end < 0; {
		if err := l.db.QueryRowContext(ctx, read, l.offset).Scan(&text); err != nil {
			return nil, err
		}
		text = text[:strings.LastIndexByte(text, '\n')+1]
		end = strings.Index(text, mark)
		time.Sleep(time.Millisecond) // the collector writes by itself
	}
	l.offset += int64(len(text))
	for line := range strings.Lines(text) {
		t, is, err := plan(line)
		if err != nil {
			return nil, err
		}
		if is {
			list = append(list, t)
		}
	}
	return list, nil
}

// plan reads a line of the log that has a plan.
func plan(line string) (t told, is bool, err error) {
	var entry struct{ Message string }
	if err := json.Unmarshal([]byte(line), &entry); err != nil {
		return t, false, err
	}
	found := explained.FindStringSubmatch(entry.Message)
	if found == nil {
		return t, false, nil
	}
	var doc struct{ Plan node }
	if err := json.Unmarshal([]byte(found[2]), &doc); err != nil {
		return t, false, err
	}
	ms, err := strconv.ParseFloat(found[1], 64)
	return told{ms: ms, plan: doc.Plan, text: found[2]}, true, err
}
