package bootstrap

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"ticketd/adapters/redisstream"
	"ticketd/adapters/telemetry"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/app/importing"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// importTries are how often a batch that is paid for is brought to a store that is away: for one to two minutes.
const importTries = 8

// commandTries are the calls per ticket of a command.
const commandTries = 5

// Import opens what the command import needs and calls do. With classify false nobody is asked about the tickets. Log lines that
// matter go to logs.
func Import(ctx context.Context, s settings.Server, classify bool, logs io.Writer, do func(*importing.ImportTickets) error) error {
	log := newLogger(logs, slog.LevelError)
	clock := ports.ClockFunc(time.Now)
	classifier, closeClassifier, err := importClassifier(ctx, s, classify, clock, log)
	if err != nil {
		return err
	}
	st, err := openStore(ctx, s.Store, telemetry.Traces{}, log)
	if err != nil {
		return errors.Join(err, closeClassifier())
	}
	err = do(importing.NewImportTickets(st, st, classifier, classification.RetryLater(importTries), clock))
	return errors.Join(err, closeClassifier(), st.Close())
}

// CommandCalls are how a command asks a classifier: with the patience of a worker, since nobody waits for the single answer.
func CommandCalls(timeout time.Duration, slots int) classification.CallLimits {
	return classification.CallLimits{Timeout: timeout, Policy: classification.RetryLater(commandTries), Slots: slots}
}

func importClassifier(
	ctx context.Context, s settings.Server, classify bool, clock ports.Clock, log *slog.Logger,
) (importing.ImportClassifier, func() error, error) {
	nothing := func() error { return nil }
	switch {
	case !classify:
		return importing.NewImportUnclassified(clock), nothing, nil
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
func Export(ctx context.Context, s settings.Store, logs io.Writer, do func(*app.ExportTickets) error) error {
	st, err := openStore(ctx, s, telemetry.Traces{}, newLogger(logs, slog.LevelWarn))
	if err != nil {
		return err
	}
	return errors.Join(do(app.NewExportTickets(st)), st.Close())
}
