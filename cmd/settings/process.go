package settings

import (
	"log/slog"
	"strings"
	"time"
)

// Process say how the process behaves.
type Process struct {
	LogLevel        slog.Level
	ShutdownTimeout time.Duration
	Profiles        bool // serve /debug/pprof
}

func (raw RawProcess) parse(r *reader) Process {
	s := Process{
		ShutdownTimeout: r.millis("SHUTDOWN_TIMEOUT_MS", raw.ShutdownTimeout, 0, 600_000),
		Profiles:        r.boolean("PPROF", raw.Profiles),
	}
	switch strings.ToLower(raw.LogLevel) {
	case "debug", "info", "warn", "error":
		// The names are slog's own, so this cannot fail.
		_ = s.LogLevel.UnmarshalText([]byte(raw.LogLevel))
	default:
		r.complain("LOG_LEVEL", "must be debug, info, warn or error, not %q", raw.LogLevel)
	}
	return s
}
