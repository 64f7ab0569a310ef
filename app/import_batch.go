package app

import (
	"context"
	"errors"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// store leaves out what is known before anybody is paid for it, and repeats the admin-creator rule if a creator was deleted meanwhile.
func (uc *ImportTickets) store(ctx context.Context, source string, rows []keyedRow) (Imported, error) {
	fresh, err := uc.unknown(ctx, source, rows)
	if err != nil || len(fresh) == 0 {
		return Imported{Known: len(rows) - len(fresh)}, err
	}
	done := Imported{Known: len(rows) - len(fresh)}
	for try := 1; ; try++ {
		batch, bad, err := uc.build(ctx, fresh)
		if err != nil {
			return Imported{}, err
		}
		if err := uc.classifier.Before(ctx, batch); err != nil {
			return Imported{}, err
		}
		stored, err := uc.tickets.AddImported(ctx, source, batch)
		if errors.Is(err, domain.ErrCreatorGone) && try < maxCreatorTries {
			continue
		}
		if err != nil {
			return Imported{}, fmt.Errorf("store tickets: %w", err)
		}
		uc.classifier.After(ctx, stored)
		done.Bad = bad
		done.count(stored, len(batch))
		return done, nil
	}
}

func (d *Imported) count(stored []domain.Ticket, sent int) {
	d.Stored = len(stored)
	d.Known += sent - len(stored)
	for _, t := range stored {
		switch t.AIStatus() {
		case domain.AIStatusDone:
			d.Done++
		case domain.AIStatusFallback:
			d.Fallback++
		}
	}
}

func (uc *ImportTickets) unknown(ctx context.Context, source string, rows []keyedRow) ([]keyedRow, error) {
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.key
	}
	known, err := uc.tickets.KnownImports(ctx, source, keys)
	if err != nil {
		return nil, fmt.Errorf("look up what is imported: %w", err)
	}
	var fresh []keyedRow
	for _, r := range rows {
		if !known[r.key] {
			fresh = append(fresh, r)
		}
	}
	return fresh, nil
}

// build makes tickets of rows that were right a moment ago; those whose creator was deleted since then are left out.
func (uc *ImportTickets) build(ctx context.Context, rows []keyedRow) (batch []ports.ImportedTicket, bad int, err error) {
	finder := creatorCache{find: uc.creators}
	for _, r := range rows {
		t, err := finder.ticket(ctx, r.row, uc.clock.Now())
		if _, wrong := errors.AsType[*ImportError](err); wrong {
			bad++
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		batch = append(batch, ports.ImportedTicket{Key: r.key, Ticket: t})
	}
	return batch, bad, nil
}
