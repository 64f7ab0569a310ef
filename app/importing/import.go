package importing

import (
	"context"
	"errors"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// importBatch is how many tickets are stored at a time: what a crash costs is the work on so many.
const importBatch = 250

// ErrFileChanged: what stands in the file is not what was checked.
var ErrFileChanged = errors.New("the file was changed since it was checked")

// ImportClassifier is what differs between the ways in which imported tickets get their labels.
type ImportClassifier interface {
	// Before decides about a batch before it is stored, or leaves it pending. After an error those that are pending are not stored.
	Before(ctx context.Context, batch []ports.ImportedTicket) error
	// After is told of the tickets that were stored.
	After(ctx context.Context, stored []domain.Ticket)
}

// ImportTickets stores the tickets of a file, each once, however often it is repeated.
type ImportTickets struct {
	tickets    ports.TicketImporter
	creators   ports.CreatorFinder
	classifier ImportClassifier
	retry      domain.RetryPolicy
	clock      ports.Clock
}

// NewImportTickets wires the use case. retry says how long a store that is away is waited for: what is classified is paid for.
func NewImportTickets(
	tickets ports.TicketImporter, creators ports.CreatorFinder, c ImportClassifier, retry domain.RetryPolicy, clock ports.Clock,
) *ImportTickets {
	return &ImportTickets{tickets, creators, c, retry, clock}
}

// ImportError is a row that is not imported.
type ImportError struct {
	Line int
	Err  error
}

func (p *ImportError) Error() string { return fmt.Sprintf("line %d: %v", p.Line, p.Err) }

// Unwrap gives the cause.
func (p *ImportError) Unwrap() error { return p.Err }

// ImportWatch is told what a check finds.
type ImportWatch struct {
	Bad     func(*ImportError) // a row that is wrong
	Changed func(*ImportError) // a row whose id was imported before with other words
	Fresh   func(domain.Text)  // a row that is to be stored
}

// ImportPlan counts the rows of a file by what is to become of them.
type ImportPlan struct {
	Digest  string // of the file
	Fresh   int    // to be stored
	Known   int    // imported before; of which
	Changed int    // have other words now
	Bad     int
}

// Check reads the whole file without storing anything.
func (uc *ImportTickets) Check(ctx context.Context, file ports.ImportRows, source string, watch ImportWatch) (ImportPlan, error) {
	var plan ImportPlan
	checker, err := newImportChecker(ctx, uc, file)
	if err != nil {
		return plan, err
	}
	plan.Digest = checker.digest
	for part, err := range uc.parts(ctx, file, source, checker, watch) {
		if err != nil {
			return plan, err
		}
		plan.Fresh += len(part.fresh)
		plan.Known += part.known
		plan.Changed += part.changed
		plan.Bad += part.bad
		for _, r := range part.fresh {
			watch.Fresh(r.text)
		}
	}
	return plan, nil
}

// Imported says what became of rows.
type Imported struct {
	Stored   int // of which
	Done     int
	Fallback int // the rest is pending
	Known    int // imported before; of which
	Changed  int // have other words now
	Bad      int
}

// Handle imports a file that Check gave the digest of into the given source's tickets, and tells of every batch. It skips rows that are
// wrong, since Check has reported them. If the file is another one by now, it is ErrFileChanged and nothing is stored; if it changes
// meanwhile, ErrFileChanged comes at the end.
func (uc *ImportTickets) Handle(ctx context.Context, file ports.ImportRows, digest, source string, progress func(Imported)) error {
	checker, err := newImportChecker(ctx, uc, file)
	if err != nil {
		return err
	}
	if checker.digest != digest {
		return fmt.Errorf("nothing was imported: %w", ErrFileChanged)
	}
	silent := func(*ImportError) {}
	for part, err := range uc.parts(ctx, file, source, checker, ImportWatch{Bad: silent, Changed: silent}) {
		if err != nil {
			return err
		}
		done, err := uc.store(ctx, source, part)
		progress(done)
		if err != nil {
			return err
		}
		checker.forget()
	}
	now, err := file.Digest(ctx)
	if err == nil && now != digest {
		err = fmt.Errorf("%w, while it was imported: rows without an id that are stored would be stored again", ErrFileChanged)
	}
	return err
}
