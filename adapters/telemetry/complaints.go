package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// seldomInterval is how often the log says that traces are not sent.
	seldomInterval = time.Minute
	// maxSaid caps the length of a collector's complaint in the log, in bytes.
	maxSaid = 300
)

// seldom logs the first of many similar errors, and then at most one a minute, with the number of those in
// between.
type seldom struct {
	log    *slog.Logger
	failed func() // may be nil

	mu      sync.Mutex
	last    time.Time
	skipped int
}

// Handle implements otel.ErrorHandler.
func (s *seldom) Handle(err error) {
	if s.failed != nil {
		s.failed()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.last.IsZero() && time.Since(s.last) < seldomInterval {
		s.skipped++
		return
	}
	said := err.Error()
	if len(said) > maxSaid {
		said = said[:maxSaid] + "…"
	}
	s.log.WarnContext(context.Background(), "traces are not sent", "error", said, "more_since", s.skipped)
	s.last, s.skipped = time.Now(), 0
}

// wordsOnly passes on the library's complaints without their values, which come from variables that may hold
// keys.
type wordsOnly struct{ slog.Handler }

// Enabled leaves out everything below a warning.
func (w wordsOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, slog.LevelWarn)
}

// Handle writes a complaint as a warning.
func (w wordsOnly) Handle(ctx context.Context, r slog.Record) error {
	line := slog.NewRecord(r.Time, slog.LevelWarn, "a setting of OpenTelemetry is not as it should be", r.PC)
	line.AddAttrs(slog.String("complaint", r.Message))
	return w.Handler.Handle(ctx, line)
}

// WithAttrs drops the attributes.
func (w wordsOnly) WithAttrs([]slog.Attr) slog.Handler { return w }

// WithGroup drops the group.
func (w wordsOnly) WithGroup(string) slog.Handler { return w }
