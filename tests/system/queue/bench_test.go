package queue_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/process"
)

// BenchmarkDrain measures how soon workers with 100 slots each have done 2,000 tickets whose model takes 200
// ms ± 50 %; with one worker the ideal is 4 s.
func BenchmarkDrain(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) { drain(b, workers, 2000) })
	}
}

func drain(b *testing.B, workers, tickets int) {
	var took time.Duration
	calls, twice, memory := 0, 0, 0.0
	for b.Loop() {
		b.StopTimer()
		p := newPlant(b)
		p.model.Behave(modelserver.Slow(200*time.Millisecond, 0.5, modelserver.Right()))
		var processes []*process.Process
		for range workers {
			processes = append(processes, p.work(env{"WORKER_CONCURRENCY": "100"}))
		}
		ids := p.store(tickets)
		b.StartTimer()
		began := time.Now()
		p.announce(ids)
		p.eventually("the model was asked for all", patience, func() bool { return p.model.Calls() >= tickets })
		p.eventually("all are done", patience, func() bool { return p.done() == tickets })
		took += time.Since(began)
		b.StopTimer()
		calls += p.model.Calls()
		twice += p.model.Repeated()
		for _, w := range processes {
			memory = max(memory, peakMegabytes(b, w))
			require.Zero(b, w.Terminate(patience))
		}
		b.StartTimer()
	}
	require.Zero(b, twice, "tickets were paid twice")
	n := float64(b.N)
	b.ReportMetric(took.Seconds()/n, "s/drain")
	b.ReportMetric(float64(calls)/n, "calls")
	b.ReportMetric(float64(twice)/n, "duplicates")
	b.ReportMetric(memory, "MB-peak-RSS")
}

// peakMegabytes is the most memory that the process has had.
func peakMegabytes(b *testing.B, w *process.Process) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.PID()))
	require.NoError(b, err)
	_, rest, found := strings.Cut(string(status), "VmHWM:")
	require.True(b, found)
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(b, err)
	return float64(kilobytes) / 1024
}
