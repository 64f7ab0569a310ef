package bootstrap

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"

	"go.opentelemetry.io/otel/trace"
	"golang.org/x/term"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/redisstream"
)

// newLogger quiets the libraries that would write past it, and writes JSON, one object a line, with lower-case levels; readable text if
// out is a terminal. Lines within a request have its request_id, lines within a trace its trace_id and the span_id.
func newLogger(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(httpapi.LogRequestIDs(traceIDs{newHandler(out, level)}))
}

// Warn logs notes about the settings.
func Warn(out io.Writer, notes []string) {
	log := newLogger(out, slog.LevelWarn)
	for _, note := range notes {
		log.Warn(note)
	}
}

func newHandler(out io.Writer, level slog.Level) slog.Handler {
	redisstream.QuietLibrary()
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: lowerLevel}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.NewTextHandler(out, options)
	}
	return slog.NewJSONHandler(out, options)
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
