package bootstrap

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"ticketd/adapters/openai"
	"ticketd/adapters/redisstream"
	"ticketd/adapters/telemetry"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/app/importing"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// importTries are how often a batch that is paid for is brought to a store that is away: for one to two
// minutes.
const importTries = 8

// commandTries are the calls per ticket of a command.
const commandTries = 5

// Importing is what the command import works with.
type Importing struct {
	Tickets *importing.ImportTickets
	Subject Subject // who is asked about the tickets; the zero value: nobody
	Slots   int     // calls in flight at a time; 0 if workers make them
}

// ImportMode says what an import does besides reading.
type ImportMode struct {
	Classify bool // ask somebody about the tickets
	DryRun   bool // store nothing, and make no database
}

// Import opens what the command import needs and calls do. Log lines that matter go to logs.
func Import(
	ctx context.Context, s settings.Server, m ImportMode, logs io.Writer, do func(Importing) error,
) error {
	log := newLogger(logs, slog.LevelError)
	clock := ports.ClockFunc(time.Now)
	i, labels, err := importClassifier(ctx, s, m.Classify, clock, log)
	if err != nil {
		return err
	}
	open := openStore
	if m.DryRun {
		open = openToLook
	}
	st, err := open(ctx, s.Store, telemetry.Traces{}, log)
	if err != nil {
		return errors.Join(err, labels.close())
	}
	i.Tickets = importing.NewImportTickets(st, st, labels.Labels, classification.RetryLater(importTries), clock)
	return errors.Join(do(i), labels.close(), st.Close())
}

// Asker returns whom the import asks, for the estimate of what that costs.
func (i Importing) Asker() importing.Asker {
	if i.Subject.Model == "" {
		return importing.Asker{}
	}
	a := importing.Asker{Estimate: openai.EstimateTokens}
	if i.Subject.Stages != nil {
		a.First, a.Threshold = i.Subject.Stages.First, i.Subject.Stages.Threshold
	}
	return a
}

// CommandCalls are how a command asks a classifier: with the patience of a worker, since nobody waits for the
// single answer.
func CommandCalls(timeout time.Duration, slots int) classification.CallLimits {
	return classification.CallLimits{
		Timeout: timeout,
		Policy:  classification.RetryLater(commandTries),
		Slots:   slots,
	}
}

// closingLabels are labels whose source must be closed.
type closingLabels struct {
	importing.Labels
	close func() error
}

// importClassifier returns how tickets get their labels. In queue mode the workers are taken to have the
// settings of this process.
func importClassifier(
	ctx context.Context, s settings.Server, classify bool, clock ports.Clock, log *slog.Logger,
) (Importing, closingLabels, error) {
	if !classify {
		return Importing{}, closingLabels{importing.Unclassified(clock), func() error { return nil }}, nil
	}
	subject, err := newClassifier(ctx, s.Classifier, nobodyWatches(), log)
	if err != nil {
		return Importing{}, closingLabels{}, err
	}
	if s.Queue.Use {
		subject.Close() // it is only asked what it would cost
		publisher, err := redisstream.NewPublisher(s.Queue.RedisURL)
		if err != nil {
			return Importing{}, closingLabels{}, err
		}
		return Importing{Subject: subject}, closingLabels{importing.Announced(publisher, log), publisher.Close}, nil
	}
	labels := importing.Classified(
		subject.Classifier, CommandCalls(s.Classifier.Timeout, importing.ImportSlots), s.Review, clock,
	)
	return Importing{Subject: subject, Slots: importing.ImportSlots}, closingLabels{labels, func() error {
		subject.Close()
		return nil
	}}, nil
}

// Export opens the store and calls do.
func Export(ctx context.Context, s settings.Store, logs io.Writer, do func(*app.ExportTickets) error) error {
	st, err := openStore(ctx, s, telemetry.Traces{}, newLogger(logs, slog.LevelWarn))
	if err != nil {
		return err
	}
	return errors.Join(do(app.NewExportTickets(st)), st.Close())
}
