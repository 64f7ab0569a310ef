package bootstrap

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"ticketd/adapters/redisstream"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/app/importing"
	"ticketd/ports"
)

// importTries are how often a batch that is paid for is brought to a store that is away: for one to two minutes.
const importTries = 8

// commandTries are the calls per ticket of a command.
const commandTries = 5

// Import opens what the command import needs and calls do. With classify false nobody is asked about the tickets. Log lines that
// matter go to logs.
func (raw RawRepair) Import(ctx context.Context, classify bool, logs io.Writer, do func(*importing.ImportTickets) error) error {
	s, err := raw.parse(false)
	if err != nil {
		return err
	}
	if classify {
		if s, err = s.withModel(); err != nil {
			return err
		}
	}
	log := newLogger(logs, slog.LevelError)
	st, err := openStore(ctx, s.Store, traces{}, log)
	if err != nil {
		return err
	}
	clock := ports.ClockFunc(time.Now)
	classifier, closeClassifier, err := importClassifier(ctx, s, classify, clock, log)
	if err != nil {
		return errors.Join(err, st.Close())
	}
	err = do(importing.NewImportTickets(st, st, classifier, classification.RetryLater(importTries), clock))
	return errors.Join(err, closeClassifier(), st.Close())
}

// CommandCalls are how a command asks a classifier: with the patience of a worker, since nobody waits for the single answer.
func CommandCalls(timeout time.Duration, slots int) classification.CallLimits {
	return classification.CallLimits{Timeout: timeout, Policy: classification.RetryLater(commandTries), Slots: slots}
}

// InQueueMode reports whether workers classify.
func (raw RawRepair) InQueueMode() bool {
	var r reader
	return raw.Queue.parse(&r).Use // what is wrong, the opening of the store reports
}

func importClassifier(
	ctx context.Context, s Settings, classify bool, clock ports.Clock, log *slog.Logger,
) (importing.ImportClassifier, func() error, error) {
	nothing := func() error { return nil }
	switch {
	case !classify:
		return importing.NewImportUnclassified(s.Review, clock), nothing, nil
	case s.Queue.Use:
		publisher, err := redisstream.NewPublisher(s.Queue.RedisURL)
		if err != nil {
			return nil, nil, err
		}
		return importing.NewImportAnnounced(publisher, log), publisher.Close, nil
	}
	subject, err := newClassifier(ctx, s.Classifier, nobodyWatches(), log)
	if err != nil {
		return nil, nil, err
	}
	closed := func() error {
		subject.Close()
		return nil
	}
	return importing.NewImportClassified(subject.Classifier, CommandCalls(s.Classifier.Timeout, importing.ImportSlots), s.Review, clock), closed, nil
}

// Export opens the store and calls do.
func (raw RawStore) Export(ctx context.Context, logs io.Writer, do func(*app.ExportTickets) error) error {
	s, err := raw.Parse()
	if err != nil {
		return err
	}
	st, err := openStore(ctx, s, traces{}, newLogger(logs, slog.LevelWarn))
	if err != nil {
		return err
	}
	return errors.Join(do(app.NewExportTickets(st)), st.Close())
}
