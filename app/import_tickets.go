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

// ImportError is a row that cannot be imported.
type ImportError struct {
	Line int
	Err  error
}

func (p *ImportError) Error() string { return fmt.Sprintf("line %d: %v", p.Line, p.Err) }

// Unwrap gives the cause.
func (p *ImportError) Unwrap() error { return p.Err }

// Check reads the whole file without storing anything, reports each row that is wrong and counts the others.
func (uc *ImportTickets) Check(ctx context.Context, file ports.ImportRows, report func(*ImportError)) (good int, err error) {
	checker := newImportChecker(uc, file.Name())
	for row, err := range file.ImportRows(ctx) {
		if err != nil {
			return good, err
		}
		_, err = checker.check(ctx, row)
		if p, wrong := errors.AsType[*ImportError](err); wrong {
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
		if _, wrong := errors.AsType[*ImportError](err); wrong {
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
