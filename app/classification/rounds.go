package classification

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// roundStore is what ending a round needs of the store.
type roundStore interface {
	ports.TicketReader
	ports.TicketSaver
	ports.RecordReader
}

// rounds stores the ends of rounds.
type rounds struct {
	tickets roundStore
	review  domain.ReviewPolicy
	hold    time.Duration // how long a paid answer is held for a store that is away
	meter   ports.Meter
	log     *slog.Logger
	verdict slog.Level // of the line about a verdict
}

// ending is the end of one round on its way into the store.
type ending struct {
	tickets  roundStore
	ticket   domain.Ticket // as it was read last, and in the end as it is stored
	round    domain.Round
	attempts []domain.Attempt
	sample   domain.ReviewSample // one for all tries to save

	tried  bool
	sent   domain.Classification // the entry that the last try brings with it
	counts bool                  // the decision of the last try
	healed bool
}

// end puts the attempts on record, of which the last one ends t's round, and returns the ticket as it is
// stored and whether the end counts. If somebody changes the ticket meanwhile, the domain decides again on
// what it is then; if somebody deletes it, the attempts are dropped and t is returned as it was.
func (r *rounds) end(
	ctx context.Context, t domain.Ticket, attempts ...domain.Attempt,
) (stored domain.Ticket, counts bool, err error) {
	e := &ending{
		tickets: r.tickets, ticket: t, round: t.Round(), attempts: attempts,
		sample: r.review.Sample(rand.Float64()),
	}
	holding, cancel := context.WithTimeout(ctx, r.hold)
	defer cancel()
	err = retry.WhileUnavailable(holding, serverAway, func(ctx context.Context) error {
		return retry.OnConflict(ctx, e.save)
	})
	if deleted(ctx, r.log, t.ID(), err) {
		return t, false, nil
	}
	if err != nil {
		r.log.ErrorContext(ctx, "the end of a classification may not be stored; "+
			"if it is not, the ticket is taken up again when its lease ends", "ticket", t.ID(), "error", err)
		return t, false, fmt.Errorf("store the end of round %d: %w", e.round, err)
	}
	r.say(ctx, e)
	if e.counts {
		r.meter.Ended(attempts[len(attempts)-1])
	}
	if e.healed {
		r.meter.Healed()
	}
	return e.ticket, e.counts, nil
}

// say writes the one line of a round that ended. It has no word of the ticket.
func (r *rounds) say(ctx context.Context, e *ending) {
	level, attrs := r.verdict, []slog.Attr{
		slog.Int64("ticket", int64(e.ticket.ID())), slog.String("outcome", e.outcome()),
		slog.String("source", e.sent.Source.String()), slog.Int("attempt", e.sent.Attempt),
		slog.Int64("latency_ms", e.sent.Latency.Milliseconds()),
	}
	if err := e.attempts[len(e.attempts)-1].Err; err != nil {
		attrs = append(attrs, slog.String("cause", domain.CodeOf(err)))
		if e.counts {
			level = slog.LevelWarn
		}
	}
	r.log.LogAttrs(ctx, level, "classification ended", attrs...)
}

// outcome returns what became of the ticket: done, fallback, kept (the call failed, and an earlier verdict
// stays) or superseded (somebody else had decided before).
func (e *ending) outcome() string {
	failed := e.attempts[len(e.attempts)-1].Err != nil
	switch {
	case !e.counts:
		return domain.CodeSuperseded
	case failed && e.sent.Category.IsZero():
		return "kept"
	case failed:
		return domain.AIStatusFallback.String()
	}
	return domain.AIStatusDone.String()
}

// deleted reports whether err says that the ticket is gone: its attempts are of no use to anybody.
func deleted(ctx context.Context, log *slog.Logger, id domain.TicketID, err error) bool {
	gone := errors.Is(err, domain.ErrTicketNotFound)
	if gone {
		log.InfoContext(ctx, "a ticket was deleted while it was classified; its verdict is dropped", "ticket", id)
	}
	return gone
}

// save decides and stores. A further try reads the ticket anew and then looks whether an earlier one is
// stored and only the store's answer to it got lost. One that is stored after that look changes the version,
// so that this try is refused. An entry that is there is of the last decision: an earlier one was made on a
// version that is gone.
func (e *ending) save(ctx context.Context) error {
	if e.tried {
		now, err := e.tickets.Ticket(ctx, e.ticket.ID())
		if err != nil {
			return fmt.Errorf("reload ticket: %w", err)
		}
		e.ticket = now
		if stored, err := onRecord(ctx, e.tickets, e.ticket.ID(), e.sent); stored || err != nil {
			return err
		}
	}
	next := e.ticket
	e.decide(&next)
	if err := e.tickets.SaveTicket(ctx, next); err != nil {
		return fmt.Errorf("save ticket %d: %w", next.ID(), err)
	}
	e.ticket = next.Saved()
	return nil
}

func (e *ending) decide(t *domain.Ticket) {
	fallen := t.ClassifiedBy() == domain.SourceFallback
	e.counts = Conclude(t, e.round, e.attempts, e.sample)
	e.healed = fallen && e.counts && t.AIStatus() == domain.AIStatusDone
	entries := t.NewEntries()
	e.tried, e.sent = true, entries[len(entries)-1]
}

// Conclude puts all attempts of a round on record, of which the last one ends it, and reports whether that
// counts.
func Conclude(
	t *domain.Ticket, round domain.Round, attempts []domain.Attempt, sample domain.ReviewSample,
) (counts bool) {
	last := len(attempts) - 1
	for _, a := range attempts[:last] {
		t.NoteFailure(round, a)
	}
	if attempts[last].Err != nil {
		return t.FallBack(round, attempts[last])
	}
	return t.Classify(round, attempts[last], sample)
}

// onRecord reports whether the entry stands on the ticket's record.
func onRecord(
	ctx context.Context, record ports.RecordReader, id domain.TicketID, entry domain.Classification,
) (bool, error) {
	// The newest entries of the entry's own microsecond, which is the finest time of a store.
	page := ports.Page{Limit: 100, After: &ports.Position{CreatedAt: entry.At.Add(time.Microsecond)}}
	found, err := record.ListClassifications(ctx, id, page)
	if err != nil {
		return false, fmt.Errorf("look whether the attempt is on record: %w", err)
	}
	return slices.ContainsFunc(found.Items, entry.Same), nil
}
