package app

import (
	"context"
	"errors"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// importBatch is how many tickets are stored at a time: what a crash costs is the work on so many.
const importBatch = 250

// ImportClassifier is what differs between the ways in which imported tickets get their labels.
type ImportClassifier interface {
	// Before decides about a batch before it is stored, or leaves it pending. After an error nothing of it is stored.
	Before(ctx context.Context, batch []ports.ImportedTicket) error
	// After is told of the tickets that were stored.
	After(ctx context.Context, stored []domain.Ticket)
}

// ImportTickets stores the tickets of a file, each once, however often it is repeated.
type ImportTickets struct {
	tickets    ports.TicketImporter
	creators   ports.CreatorFinder
	classifier ImportClassifier
	clock      ports.Clock
}

// NewImportTickets wires the use case.
func NewImportTickets(tickets ports.TicketImporter, creators ports.CreatorFinder, c ImportClassifier, clock ports.Clock) *ImportTickets {
	return &ImportTickets{tickets, creators, c, clock}
}

// ImportProblem is a row that cannot be imported.
type ImportProblem struct {
	Line int
	Err  error
}

func (p *ImportProblem) Error() string { return fmt.Sprintf("line %d: %v", p.Line, p.Err) }

// Unwrap gives the cause.
func (p *ImportProblem) Unwrap() error { return p.Err }

// Check reads the whole file without storing anything, reports each row that is wrong and counts the others.
func (uc *ImportTickets) Check(ctx context.Context, file ports.ImportRows, report func(*ImportProblem)) (good int, err error) {
	checker := newImportChecker(uc, file.Name())
	for row, err := range file.ImportRows(ctx) {
		if err != nil {
			return good, err
		}
		_, err = checker.check(ctx, row)
		if p, wrong := errors.AsType[*ImportProblem](err); wrong {
			report(p)
			continue
		}
		if err != nil {
			return good, err
		}
		good++
	}
	return good, nil
}

// Imported says what became of rows.
type Imported struct {
	Stored   int // of which
	Done     int
	Fallback int // the rest is pending
	Known    int // imported before
	Bad      int
}

// Handle imports the file into the given source's tickets and tells of every batch. It skips rows that are wrong, since Check has
// reported them.
func (uc *ImportTickets) Handle(ctx context.Context, file ports.ImportRows, source string, progress func(Imported)) error {
	checker := newImportChecker(uc, file.Name())
	batch := make([]keyedRow, 0, importBatch)
	bad := 0
	store := func() error {
		done, err := uc.store(ctx, source, batch)
		if err != nil {
			return err
		}
		done.Bad += bad
		progress(done)
		batch, bad = batch[:0], 0
		checker.forget()
		return nil
	}
	for row, err := range file.ImportRows(ctx) {
		if err != nil {
			return err
		}
		key, err := checker.check(ctx, row)
		if _, wrong := errors.AsType[*ImportProblem](err); wrong {
			bad++
			continue
		}
		if err != nil {
			return err
		}
		if batch = append(batch, keyedRow{key, row}); len(batch) == importBatch {
			if err := store(); err != nil {
				return err
			}
		}
	}
	return store()
}

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
		if _, wrong := errors.AsType[*ImportProblem](err); wrong {
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
