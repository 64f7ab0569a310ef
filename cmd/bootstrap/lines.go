package bootstrap

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	// heldFor is how long a line waits for others to be written with it. A line that comes alone does not wait.
	heldFor = 20 * time.Millisecond
	// heldBytes are written at a time at most, but for a longer line. Linux writes so much to a pipe in one
	// piece, so that processes that share one do not tear each other's lines (PIPE_BUF of pipe(7)).
	heldBytes = 4096
)

// lines writes the lines of a busy process together: one write a line is a twentieth of a request's cost.
// What ends the process at once, such as SIGKILL, loses the lines of the last heldFor, but none of a warning
// or an error: those, and what came before them, are written when they are logged.
type lines struct {
	out io.Writer

	mu      sync.Mutex
	held    []byte
	written time.Time // the last time
	pending bool      // a write of what is held is due
}

// Write implements io.Writer. It takes whole lines.
func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var err error
	if len(l.held)+len(line) > heldBytes {
		err = l.flush()
	}
	l.held = append(l.held, line...)
	if len(l.held) >= heldBytes || !l.pending && time.Since(l.written) > heldFor {
		return len(line), errors.Join(err, l.flush())
	}
	if !l.pending {
		l.pending = true
		time.AfterFunc(heldFor, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.pending = false
			_ = l.flush() // where the log cannot be written there is nobody left to tell
		})
	}
	return len(line), err
}

// Flush writes what is held.
func (l *lines) Flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.flush()
}

func (l *lines) flush() error {
	if len(l.held) == 0 {
		return nil
	}
	_, err := l.out.Write(l.held)
	l.held, l.written = l.held[:0], time.Now()
	return err
}

// urgent writes warnings and errors when they are logged.
type urgent struct {
	slog.Handler
	lines *lines
}

// Handle writes a line.
func (h urgent) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if err == nil && r.Level >= slog.LevelWarn {
		err = h.lines.Flush()
	}
	return err
}

// WithAttrs keeps writing.
func (h urgent) WithAttrs(attrs []slog.Attr) slog.Handler {
	return urgent{h.Handler.WithAttrs(attrs), h.lines}
}

// WithGroup keeps writing.
func (h urgent) WithGroup(name string) slog.Handler {
	return urgent{h.Handler.WithGroup(name), h.lines}
}
