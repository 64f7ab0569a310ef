package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"ticketd/adapters/redisstream"
	"ticketd/app/classification"
	"ticketd/ports"
)

// RawRepair are the settings of the commands that repair what an outage left, as they were given.
type RawRepair struct {
	Store      RawStore      `embed:"" group:"Store"`
	Classifier RawClassifier `embed:"" group:"Classification"`
	Review     RawReview     `embed:"" group:"Review"`
	Queue      RawQueue      `embed:"" group:"Queue mode"`
}

func (raw RawRepair) parse(needRedis bool) (Settings, error) {
	var r reader
	s := Settings{Store: raw.Store.parse(&r), Classifier: raw.Classifier.parse(&r), Review: raw.Review.parse(&r), Queue: raw.Queue.parse(&r)}
	if needRedis && s.Queue.RedisURL == "" && !s.Queue.Use {
		r.complain("REDIS_URL", "is missing: dead letters are kept in Redis")
	}
	return s, r.err()
}

// Reclassify opens what the command reclassify needs and calls do. Log lines that matter go to logs.
func (raw RawRepair) Reclassify(ctx context.Context, logs io.Writer, do func(*classification.ReclassifyFallbacks) error) error {
	s, err := raw.parse(false)
	if err != nil {
		return err
	}
	if s, err = s.withModel(); err != nil {
		return err
	}
	log := newLogger(logs, slog.LevelError)
	st, err := openStore(ctx, s.Store, traces{}, log)
	if err != nil {
		return err
	}
	m, err := newMode(ctx, s, st, ports.ClockFunc(time.Now), nobodyWatches(), log)
	if err != nil {
		return errors.Join(err, st.Close())
	}
	err = do(classification.NewReclassifyFallbacks(st, classification.NewRequestClassification(st, m.starter)))
	return errors.Join(err, m.close(), st.Close())
}

// DeadLetters opens the dead letters and calls do.
func (raw RawRepair) DeadLetters(ctx context.Context, do func(ports.DeadLetters) error) error {
	s, err := raw.parse(true)
	if err != nil {
		return err
	}
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
func (raw RawRepair) Replay(ctx context.Context, logs io.Writer, do func(ports.DeadLetters, *classification.ReplayDeadLetter) error) error {
	return raw.DeadLetters(ctx, func(letters ports.DeadLetters) error {
		s, err := raw.parse(true)
		if err != nil {
			return err
		}
		log := newLogger(logs, slog.LevelError)
		st, err := openStore(ctx, s.Store, traces{}, log)
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
