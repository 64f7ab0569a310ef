package settings

import (
	"log/slog"
	"time"
)

// RawDemo are the settings of the command demo, as they were given. Whatever else the environment sets is
// about the real thing and does not count.
type RawDemo struct {
	Port   string    `name:"port" env:"PORT" default:"3000" placeholder:"PORT" help:"Port to listen on; 0 takes a free one. Default: ${default}."`
	Events RawEvents `embed:"" group:"settings"`
}

// demoGrace is what a demonstration gets to end.
const demoGrace = 5 * time.Second

// Parse reports everything that is wrong with the settings at once. There is no store, no rate limit and no
// key; only warnings are worth a line in the log.
func (raw RawDemo) Parse() (Server, error) {
	var r reader
	s := Server{
		Common: Common{
			Classifier: Classifier{Name: ClassifierLocal, Timeout: demoGrace},
			Events:     raw.Events.parse(&r),
			Process:    Process{LogLevel: slog.LevelWarn, ShutdownTimeout: demoGrace},
		},
		Edge: Edge{Port: r.number("PORT", raw.Port, 0, 65535), MetricsPublic: true, Board: true},
	}
	return s, r.err()
}
