package importing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

// maxCreatorTries bounds the race between storing a batch and deleting creators.
const maxCreatorTries = 3

// saveTime bounds storing what is classified when an import is cut off.
const saveTime = 10 * time.Second

// store gives the part's rows their labels and stores them. If that ends early, those that came to an end are
// stored all the same.
func (uc *ImportTickets) store(ctx context.Context, source string, p part) (Imported, error) {
	done := Imported{Known: p.known, Changed: p.changed, Bad: p.bad}
	if len(p.fresh) == 0 {
		return done, nil
	}
	batch := make([]ports.ImportedTicket, len(p.fresh))
	for i, r := range p.fresh {
		batch[i] = ports.ImportedTicket{Key: r.key, Twin: r.twin, Ticket: r.ticket}
	}
	var cut error
	if uc.labels.Before != nil {
		cut = uc.labels.Before(ctx, batch)
	}
	if cut != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), saveTime)
		defer cancel()
		batch = slices.DeleteFunc(
			batch,
			func(t ports.ImportedTicket) bool { return t.Ticket.AIStatus() == domain.AIStatusPending },
		)
	}
	stored, sent, err := uc.add(ctx, source, batch, p.fresh)
	if err != nil {
		return done, errors.Join(cut, err)
	}
	if uc.labels.After != nil {
		uc.labels.After(ctx, stored)
	}
	done.Bad += len(batch) - sent
	done.count(stored, sent)
	return done, cut
}

func (d *Imported) count(stored []domain.Ticket, sent int) {
	d.Stored = len(stored)
	d.Known += sent - len(stored)
	for _, t := range stored {
		switch {
		case t.ClassifiedBy() == domain.SourceHuman:
			d.Kept++
		case t.AIStatus() == domain.AIStatusDone:
			d.Done++
		case t.AIStatus() == domain.AIStatusFallback:
			d.Fallback++
		}
	}
}

// add stores the batch, which is paid for. If a creator was deleted meanwhile, the tickets that name them
// are left out and the others keep their verdicts. It says how many tickets were sent.
func (uc *ImportTickets) add(
	ctx context.Context, source string, batch []ports.ImportedTicket, rows []keyedRow,
) (stored []domain.Ticket, sent int, err error) {
	for try := 1; ; try++ {
		err = uc.insist(ctx, func() (err error) {
			stored, err = uc.tickets.AddImported(ctx, source, batch)
			return err
		})
		if errors.Is(err, domain.ErrCreatorGone) && try < maxCreatorTries {
			err = uc.insist(ctx, func() (err error) {
				batch, err = uc.owned(ctx, batch, rows)
				return err
			})
			if err == nil {
				continue
			}
		}
		if err != nil {
			return nil, 0, fmt.Errorf("store tickets: %w", err)
		}
		return stored, len(batch), nil
	}
}

// owned applies the admin-creator rule anew and leaves out the tickets that it does not allow any more.
func (uc *ImportTickets) owned(
	ctx context.Context, batch []ports.ImportedTicket, rows []keyedRow,
) ([]ports.ImportedTicket, error) {
	requested := make(map[string]*domain.UserID, len(rows))
	for _, r := range rows {
		requested[r.key] = r.row.CreatedBy
	}
	finder := creatorCache{find: uc.creators}
	var kept []ports.ImportedTicket
	for _, t := range batch {
		creators, err := finder.creators(ctx, requested[t.Key])
		if err != nil {
			return batch, err
		}
		if t.Ticket, err = t.Ticket.WithCreator(requested[t.Key], creators); err == nil {
			kept = append(kept, t)
		}
	}
	return kept, nil
}

// insist repeats do while the store is away, as long as the policy allows. What the store has taken without
// telling, it knows by its key.
func (uc *ImportTickets) insist(ctx context.Context, do func() error) error {
	return retry.WhileUnavailable(ctx, uc.retry, func(context.Context) error { return do() })
}
