package bootstrap_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/cmd/bootstrap"
)

// writes collects what is written and counts how often.
type writes struct {
	mu   sync.Mutex
	text bytes.Buffer
	n    int
}

func (w *writes) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	return w.text.Write(p)
}

func (w *writes) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.SplitAfter(strings.TrimSuffix(w.text.String(), "\n"), "\n")
}

func TestABusyLogKeepsEveryLineInOrder(t *testing.T) {
	var out writes
	log, flush := bootstrap.NewBusyLogger(&out, slog.LevelInfo)
	const all = 5000
	for i := range all {
		log.Info("request", "n", i)
	}
	require.NoError(t, flush())
	found := out.lines()
	require.Len(t, found, all)
	for i, line := range found {
		require.Contains(t, line, fmt.Sprintf(`"n":%d}`, i))
	}
	require.Less(t, out.n, all/10, "lines are written together")
}

func TestABusyLogHoldsNoWarningBack(t *testing.T) {
	var out writes
	log, _ := bootstrap.NewBusyLogger(&out, slog.LevelInfo)
	for i := range 3 {
		log.Info("request", "n", i)
	}
	log.With("of", "a part").WithGroup("more").Warn("refused")
	require.Len(t, out.lines(), 4, "with what came before it")
	require.Contains(t, out.lines()[3], `"level":"warn"`)
}

func TestABusyLogWritesHeldLinesSoon(t *testing.T) {
	var out writes
	log, _ := bootstrap.NewBusyLogger(&out, slog.LevelInfo)
	log.Info("alone")
	require.Contains(t, out.lines()[0], `"alone"`, "at once")
	log.Info("soon after")
	require.Eventually(t, func() bool { return len(out.lines()) == 2 }, time.Minute, time.Millisecond)
}

func TestABusyLogTakesLinesFromManySides(t *testing.T) {
	var out writes
	log, flush := bootstrap.NewBusyLogger(&out, slog.LevelInfo)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 500 {
				log.Info("request", "from", n, "n", i)
			}
		})
	}
	all.Wait()
	require.NoError(t, flush())
	require.Len(t, out.lines(), 8*500)
	for _, line := range out.lines() {
		require.Regexp(t, `^\{.*\}\n?$`, line, "whole")
	}
}
