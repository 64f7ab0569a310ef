package bootstrap

import (
	"context"
	"iter"
	"time"

	"ticketd/adapters/local"
	"ticketd/adapters/local/training"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/app/importing"
	"ticketd/ports"
)

// letterConnections is how many dead letters one process writes at a time.
const letterConnections = 4

// commandTries are the calls per ticket of a command: as patient as a worker, since nobody waits for the
// single answer.
const commandTries = 5

// CommandCalls returns how a command asks a classifier.
func CommandCalls(timeout time.Duration, slots int) classification.CallLimits {
	policy := classification.RetryLater(commandTries)
	return classification.CallLimits{Timeout: timeout, Policy: policy, Slots: slots}
}

// Evaluate wires the use case of the command eval, which opens nothing.
func Evaluate(slots int, hooks app.EvaluationHooks) *app.Evaluate {
	return app.NewEvaluate(classification.RetryLater(commandTries), slots, ports.ClockFunc(time.Now), hooks)
}

// Train wires the use case of the command train, which opens nothing.
func Train() *app.Train { return app.NewTrain(ports.TrainerFunc(trainLocal)) }

// trainLocal makes a model on top of the offline classifier.
func trainLocal(
	ctx context.Context, tickets []ports.LabelledTicket, t ports.Training,
) (ports.Trained, error) {
	o := training.Options{Folds: t.Folds, Seed: t.Seed, Progress: t.Progress}
	model, v, err := training.Train(ctx, tickets, local.New(), o)
	if err != nil {
		return ports.Trained{}, err
	}
	made := ports.Trained{
		Model: model.Encode(), Name: model.Hash(),
		HasPriority: model.HasPriority(), MinPerLabel: training.MinPerCategory,
		BuiltIn: v.BuiltIn, InDomain: v.InDomain, OutOfDomain: v.OutOfDomain,
	}
	if p := v.Priorities; p.Labelled > 0 && !p.Learnable() {
		made.Unlearnable = &ports.UnlearnablePriorities{Labelled: p.Labelled, Right: p.Right, Usual: p.Usual}
	}
	for _, p := range v.Curve {
		trial := ports.TrainingTrial{Tickets: p.Tickets, Asked: p.Asked, Verdicts: p.Verdicts}
		made.Curve = append(made.Curve, trial)
	}
	return made, nil
}

// Export returns the use case over the store.
func (a *App) Export() *app.ExportTickets { return app.NewExportTickets(a.reads) }

// Archive returns all that belongs to the tickets of the store. It is one long transaction, which a replica
// would cancel half way.
func (a *App) Archive(ctx context.Context) iter.Seq2[ports.Archived, error] {
	return a.store.Archive(ctx)
}

// RestoreArchive returns the use case over the store.
func (a *App) RestoreArchive() *importing.RestoreArchive { return importing.NewRestoreArchive(a.store) }

// Purge returns the use case over the store.
func (a *App) Purge() *app.PurgeTickets { return app.NewPurgeTickets(a.store, a.clock) }

// Labelled returns what people corrected and confirmed in the store.
func (a *App) Labelled() ports.LabelledTickets { return a.reads }

// Reclassify returns the use case over the store; this process classifies unless USE_QUEUE says otherwise.
func (a *App) Reclassify() *classification.ReclassifyFallbacks {
	request := classification.NewRequestClassification(a.store, a.mode().starter, a.clock)
	return classification.NewReclassifyFallbacks(a.store, request)
}

// DeadLetters returns the dead letters.
func (a *App) DeadLetters() ports.DeadLetters { return a.letters }

// Replay returns the use case over the store and the dead letters. The workers classify.
func (a *App) Replay() *classification.ReplayDeadLetter {
	request := classification.NewRequestClassification(a.store, a.mode().starter, a.clock)
	return classification.NewReplayDeadLetter(a.store, request, a.letters)
}
