package classification_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

type logLine = map[string]any

// linesOf returns the lines with the message, without what is different each time.
func linesOf(t *testing.T, log *bytes.Buffer, msg string) (found []logLine) {
	t.Helper()
	require.NotContains(t, log.String(), "Title")
	for text := range bytes.Lines(log.Bytes()) {
		var l logLine
		require.NoError(t, json.Unmarshal(text, &l))
		if l["msg"] == msg {
			if _, timed := l["latency_ms"]; timed {
				require.GreaterOrEqual(t, l["latency_ms"], 0.0)
			}
			for _, field := range []string{"time", "msg", "latency_ms"} {
				delete(l, field)
			}
			found = append(found, l)
		}
	}
	return found
}

func jsonLog(w *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

const ended = "classification ended"

func TestAWorkerSaysOnceHowATicketEnded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []error
		before  func(*testing.T, *bench) domain.Ticket
		want    logLine
		buried  bool
	}{
		"with a verdict": {
			[]error{domain.ErrBadAnswer}, pending,
			logLine{"level": "INFO", "outcome": "done", "source": "model", "attempt": 2.0}, false,
		},
		"with a fallback": {
			[]error{domain.ErrClassifierKey}, pending,
			logLine{
				"level": "WARN", "outcome": "fallback", "source": "fallback", "attempt": 1.0, "cause": "classifier_key",
			}, true,
		},
		"with its earlier verdict": {
			[]error{domain.ErrClassifierKey}, askedAgain,
			logLine{
				"level": "WARN", "outcome": "kept", "source": "fallback", "attempt": 1.0, "cause": "classifier_key",
			}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			limits := classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)}
			b := newBenchOf(t, &fakes.Scripted{Script: c.answers}, limits, ports.NoMeter{}, jsonLog(&log))
			ticket := c.before(t, b)
			b.take(ticket.ID())
			b.sweep()
			b.ends(ticket.ID())
			b.stop()
			b.sweeps.Wait()
			require.NoError(t, b.drain(fakes.Limit))
			c.want["ticket"] = float64(ticket.ID())
			require.Equal(t, []logLine{c.want}, linesOf(t, &log, ended))
			var letters []logLine
			if c.buried {
				letters = []logLine{
					{"level": "WARN", "ticket": float64(ticket.ID()), "cause": "classifier_key", "attempts": 1.0},
				}
			}
			require.Equal(t, letters, linesOf(t, &log, "dead letter written"))
		})
	}

	t.Run("when a person was faster", func(t *testing.T) {
		t.Parallel()
		var log bytes.Buffer
		var b *bench
		c := domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
			ticket := fakes.Load(t, b.store, 1)
			ticket.Correct(domain.CategoryTechnical, domain.Priority{}, "", time.Now())
			return fakes.Billing(), b.store.SaveTicket(ctx, ticket)
		})
		b = newBenchOf(t, c, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)},
			ports.NoMeter{}, jsonLog(&log))
		b.take(fakes.AddOne(t, b.store).ID())
		require.NoError(t, b.drain(fakes.Limit))
		want := logLine{"level": "INFO", "outcome": "superseded", "source": "model", "attempt": 1.0, "ticket": 1.0}
		require.Equal(t, []logLine{want}, linesOf(t, &log, ended))
	})

	t.Run("and calmly that one is gone", func(t *testing.T) {
		t.Parallel()
		var log bytes.Buffer
		b := newBenchOf(t, &fakes.Scripted{}, classification.WorkerLimits{Slots: 1, Policy: fakes.Soon(3)},
			ports.NoMeter{}, jsonLog(&log))
		b.take(77)
		require.NoError(t, b.drain(fakes.Limit))
		require.Equal(t, []logLine{{"level": "INFO", "ticket": 77.0}},
			linesOf(t, &log, "an event names a ticket that does not exist or was deleted"))
	})
}

func pending(t *testing.T, b *bench) domain.Ticket {
	t.Helper()
	return fakes.AddOne(t, b.store)
}

func askedAgain(t *testing.T, b *bench) domain.Ticket {
	t.Helper()
	ticket := finished(t, b.store)
	require.True(t, ticket.RequestClassification(time.Now()))
	require.NoError(t, b.store.SaveTicket(t.Context(), ticket))
	return ticket
}

func TestAServerLeavesAVerdictToTheLineOfItsRequest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer error
		finish bool
		level  string
	}{
		"a verdict within a request is for debugging":  {nil, false, "DEBUG"},
		"a fallback within a request is a warning":     {domain.ErrClassifierKey, false, "WARN"},
		"a verdict of a ticket that was left is said":  {nil, true, "INFO"},
		"a fallback of a ticket that was left is, too": {domain.ErrClassifierKey, true, "WARN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			s := stores.SQLite(t)
			uc := classification.NewClassifyNow(s, &fakes.Scripted{Script: []error{c.answer}},
				classification.ClassifyLimits{Timeout: fakes.Limit, Policy: fakes.Soon(3)},
				fakes.Clock, ports.NoMeter{}, jsonLog(&log))
			ticket := fakes.Add(t, s, 1, uc.Lease())[0]
			if c.finish {
				require.NoError(t, uc.Finish(t.Context(), ports.Claim{Ticket: ticket, Attempt: 1}))
			} else {
				uc.Start(t.Context(), ticket, uc.Lease())
			}
			lines := linesOf(t, &log, ended)
			require.Len(t, lines, 1)
			require.Equal(t, c.level, lines[0]["level"])
		})
	}
}
