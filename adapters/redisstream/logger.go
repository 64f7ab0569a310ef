package redisstream

import (
	"context"
	"log/slog"

	"github.com/ThreeDotsLabs/watermill"
)

// quiet is Watermill's logger. While Redis is away, every subscription complains twice a second, so quiet
// logs that for debugging only. maintain logs what operators need to know.
type quiet struct{ log *slog.Logger }

func (q quiet) Error(msg string, err error, fields watermill.LogFields) {
	q.write("watermill: "+msg, fields.Add(watermill.LogFields{"error": err}))
}

func (q quiet) Info(string, watermill.LogFields)  {}
func (q quiet) Debug(string, watermill.LogFields) {}
func (q quiet) Trace(string, watermill.LogFields) {}

// With returns the same logger: fields come with each line.
func (q quiet) With(watermill.LogFields) watermill.LoggerAdapter { return q }

func (q quiet) write(msg string, fields watermill.LogFields) {
	args := make([]any, 0, 2*len(fields))
	for k, v := range fields {
		args = append(args, k, v)
	}
	q.log.DebugContext(context.Background(), msg, args...)
}
