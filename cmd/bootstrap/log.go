package bootstrap

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/lmittmann/tint"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/term"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/redisstream"
)

// newLogger returns a logger that writes JSON, one object a line, with lower-case levels; short lines for
// people if out is a terminal. Lines within a request have its request_id, lines within a trace its trace_id
// and span_id. It also quiets the libraries that would write past it.
func newLogger(out io.Writer, level slog.Level) *slog.Logger {
	return loggerOf(newHandler(out, level))
}

// newBusyLogger is newLogger for a process that may write thousands of lines a second. It holds some for a
// moment; flush writes them and has to follow the last one.
func newBusyLogger(out io.Writer, level slog.Level) (log *slog.Logger, flush func() error) {
	if isTerminal(out) {
		return newLogger(out, level), func() error { return nil }
	}
	l := &lines{out: out}
	return loggerOf(urgent{newHandler(l, level), l}), l.Flush
}

func loggerOf(h slog.Handler) *slog.Logger {
	redisstream.QuietLibrary()
	return slog.New(httpapi.LogRequestIDs(traceIDs{h}))
}

// Warn logs notes about the settings.
func Warn(out io.Writer, notes []string) {
	log := newLogger(out, slog.LevelWarn)
	for _, note := range notes {
		log.Warn(note)
	}
}

func newHandler(out io.Writer, level slog.Level) slog.Handler {
	if isTerminal(out) {
		plain := os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" // https://no-color.org
		return tint.NewTextHandler(out, &tint.Options{Level: level, TimeFormat: time.TimeOnly, NoColor: plain})
	}
	return slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: lowerLevel})
}

func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// traceIDs adds trace_id and span_id to lines within a trace.
type traceIDs struct{ slog.Handler }

// Handle writes a line.
func (h traceIDs) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r = r.Clone()
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps adding.
func (h traceIDs) WithAttrs(attrs []slog.Attr) slog.Handler {
	return traceIDs{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps adding.
func (h traceIDs) WithGroup(name string) slog.Handler { return traceIDs{h.Handler.WithGroup(name)} }

func lowerLevel(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.LevelKey {
		return slog.String(slog.LevelKey, strings.ToLower(a.Value.String()))
	}
	return a
}
