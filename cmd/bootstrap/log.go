package bootstrap

import (
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"ticketd/adapters/redisstream"
)

// newLogger quiets the libraries that would write past it, and writes JSON, one object a line, with lower-case levels; readable text if out is a terminal.
func newLogger(out io.Writer, level slog.Level) *slog.Logger {
	redisstream.QuietLibrary()
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: lowerLevel}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}

func lowerLevel(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.LevelKey {
		return slog.String(slog.LevelKey, strings.ToLower(a.Value.String()))
	}
	return a
}
