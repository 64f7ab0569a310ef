package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"ticketd/adapters/redisstream"
	"ticketd/adapters/telemetry"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// Reclassify opens what the command reclassify needs and calls do. Log lines that matter go to logs.
func Reclassify(ctx context.Context, s settings.Server, logs io.Writer, do func(*classification.ReclassifyFallbacks) error) error {
	log := newLogger(logs, slog.LevelError)
	subject, err := ownClassifier(ctx, s, nobodyWatches(), log)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, s.Store, telemetry.Traces{}, log)
	if err != nil {
		subject.Close()
		return err
	}
	m, err := newMode(s, subject, st, ports.ClockFunc(time.Now), nobodyWatches(), log)
	if err != nil {
		return errors.Join(err, st.Close())
	}
	err = do(classification.NewReclassifyFallbacks(st, classification.NewRequestClassification(st, m.starter)))
	return errors.Join(err, m.close(), st.Close())
}

// DeadLetters opens the dead letters and calls do.
func DeadLetters(ctx context.Context, s settings.Server, do func(ports.DeadLetters) error) error {
	redisstream.QuietLibrary()
	client, err := redisstream.NewClient(s.Queue.RedisURL, "letters", letterConnections)
	if err != nil {
		return err
	}
	if err := client.Ping(ctx); err != nil {
		return errors.Join(fmt.Errorf("REDIS_URL: %w", err), client.Close())
	}
	return errors.Join(do(redisstream.NewDeadLetters(client)), client.Close())
}

// Replay opens what the replay of dead letters needs and calls do. The workers classify.
func Replay(ctx context.Context, s settings.Server, logs io.Writer, do func(ports.DeadLetters, *classification.ReplayDeadLetter) error) error {
	return DeadLetters(ctx, s, func(letters ports.DeadLetters) error {
		log := newLogger(logs, slog.LevelError)
		st, err := openStore(ctx, s.Store, telemetry.Traces{}, log)
		if err != nil {
			return err
		}
		m, err := queueMode(s, nobodyWatches(), log)
		if err != nil {
			return errors.Join(err, st.Close())
		}
		err = do(letters, classification.NewReplayDeadLetter(st, classification.NewRequestClassification(st, m.starter), letters))
		return errors.Join(err, m.close(), st.Close())
	})
}
