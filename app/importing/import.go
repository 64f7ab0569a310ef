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

// ImportTickets stores the tickets of a file, each once, however often it is repeated.
type ImportTickets struct {
	tickets  ports.TicketImporter
	creators ports.CreatorFinder
	labels   Labels
	retry    domain.RetryPolicy
	clock    ports.Clock
}

// NewImportTickets wires the use case. retry says how long a store that is away is waited for: what is
// classified is paid for.
func NewImportTickets(
	tickets ports.TicketImporter, creators ports.CreatorFinder, l Labels, retry domain.RetryPolicy,
	clock ports.Clock,
) *ImportTickets {
	return &ImportTickets{tickets, creators, l, retry, clock}
}

// RowError is a row that is not imported.
type RowError struct {
	Line int
	Err  error
}

func (e *RowError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Err }

// Watch is told what a check finds. Any of its functions may be nil.
type Watch struct {
	Bad     func(*RowError) // a row that is wrong
	Changed func(*RowError) // a row whose id was imported before with other words
	Twin    func(*RowError) // a row that looks like a ticket of an earlier import
	Fresh   func(Fresh)     // a row that is to be stored
}

// Fresh is a row that is to be stored, and its text as it is stored.
type Fresh struct {
	ports.ImportRow
	Text domain.Text
}

// Labelled reports whether the ticket keeps its labels, so that nobody is asked about it.
func (f Fresh) Labelled() bool { return !f.Kept.Category.IsZero() }

func (w *Watch) bad(e *RowError) {
	if w != nil && w.Bad != nil {
		w.Bad(e)
	}
}

func (w *Watch) changed(line int, format string, args ...any) {
	if w != nil && w.Changed != nil {
		w.Changed(&RowError{line, fmt.Errorf(format, args...)})
	}
}

func (w *Watch) twin(line int, format string, args ...any) {
	if w != nil && w.Twin != nil {
		w.Twin(&RowError{line, fmt.Errorf(format, args...)})
	}
}

func (w *Watch) fresh(rows []keyedRow) {
	if w == nil || w.Fresh == nil {
		return
	}
	for _, r := range rows {
		w.Fresh(Fresh{r.row, r.ticket.Text()})
	}
}

// Target is where the tickets of a file go.
type Target struct {
	Source    string // in which their ids are unique
	SkipTwins bool   // leave out what looks like a ticket of an earlier import, as imported before
}

// Plan counts the rows of a file by what is to become of them.
type Plan struct {
	Digest  string // of the file
	Fresh   int    // to be stored; of which
	Twins   int    // look like tickets of an earlier import
	Known   int    // imported before; of which
	Changed int    // have other words now
	Bad     int
}

// Check reads the whole file without storing anything.
func (uc *ImportTickets) Check(
	ctx context.Context, file ports.ImportRows, to Target, watch Watch,
) (Plan, error) {
	var plan Plan
	checker, err := newChecker(ctx, uc, file)
	if err != nil {
		return plan, err
	}
	plan.Digest = checker.digest
	for part, err := range uc.parts(ctx, file, to, checker, &watch) {
		if err != nil {
			return plan, err
		}
		plan.Fresh += len(part.fresh)
		plan.Twins += part.twins
		plan.Known += part.known
		plan.Changed += part.changed
		plan.Bad += part.bad
		watch.fresh(part.fresh)
	}
	return plan, nil
}

// Imported says what became of rows.
type Imported struct {
	Stored   int // of which
	Kept     int // brought their labels along
	Done     int // were classified
	Fallback int // the rest is pending
	Known    int // imported before; of which
	Changed  int // have other words now
	Bad      int
}

// Add adds what became of further rows.
func (d *Imported) Add(more Imported) {
	d.Stored += more.Stored
	d.Kept += more.Kept
	d.Done += more.Done
	d.Fallback += more.Fallback
	d.Known += more.Known
	d.Changed += more.Changed
	d.Bad += more.Bad
}

// Pending is how many of the stored tickets wait for their classification.
func (d *Imported) Pending() int { return d.Stored - d.Kept - d.Done - d.Fallback }

// Handle imports a file that Check gave the digest of into its target, and tells of every
// batch. It skips rows that are wrong, since Check has reported them. If the file is another one by now, it
// is ErrFileChanged and nothing is stored; if it changes meanwhile, ErrFileChanged comes at the end.
func (uc *ImportTickets) Handle(
	ctx context.Context, file ports.ImportRows, digest string, to Target, progress func(Imported),
) error {
	checker, err := newChecker(ctx, uc, file)
	if err != nil {
		return err
	}
	if checker.digest != digest {
		return fmt.Errorf("nothing was imported: %w", ErrFileChanged)
	}
	for part, err := range uc.parts(ctx, file, to, checker, nil) {
		if err != nil {
			return err
		}
		done, err := uc.store(ctx, to.Source, part)
		progress(done)
		if err != nil {
			return err
		}
		checker.forget()
	}
	now, err := file.Digest(ctx)
	if err == nil && now != digest {
		err = fmt.Errorf(
			"%w, while it was imported: rows without an id that are stored would be stored again",
			ErrFileChanged,
		)
	}
	return err
}
