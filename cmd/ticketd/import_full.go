package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ticketd/adapters/files"
	"ticketd/app/importing"
	"ticketd/cmd/bootstrap"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/ports"
)

// fullImport is an import with --full.
type fullImport struct {
	*importTickets
	file *files.Archive
	out  *streams
}

// run checks a file before it opens the database. A pipe can be read once only: there the check goes along
// with the storing, which a wrong line undoes.
func (f fullImport) run(ctx context.Context) error {
	if err := f.flags(); err != nil {
		return err
	}
	s, err := f.Store.Parse()
	if err != nil {
		return err
	}
	tickets := -1
	if f.DryRun || f.file.Repeatable() {
		found, err := f.check(ctx)
		if err != nil {
			return err
		}
		if f.DryRun {
			_, err = fmt.Fprintln(f.out.stdout, "dry run, nothing is stored: there are", restoredText(found))
			return err
		}
		tickets = found.Tickets
	}
	return f.store(ctx, s, tickets)
}

// flags refuses those that say how foreign tickets are read or what becomes of new ones.
func (f fullImport) flags() error {
	var without []string
	for name, given := range map[string]bool{
		"--source": f.Source != nil, "--map": len(f.Map) > 0, "--fit": f.Fit, "--keep": f.Keep,
		"--value": len(f.Value) > 0, "--dates": f.Dates != "", "--html": f.HTML != "",
		"--encoding": f.Encoding != "", "--skip-bad": f.SkipBad, "--rejects": f.Rejects != "",
		"--allow-duplicates": f.Allow, "--skip-duplicates": f.Skip, "--no-classify": f.NoClassify,
	} {
		if given {
			without = append(without, name)
		}
	}
	if len(without) == 0 {
		return nil
	}
	slices.Sort(without)
	return fmt.Errorf("--full brings everything along as it is, all or nothing: leave out %s",
		strings.Join(without, ", "))
}

func (f fullImport) check(ctx context.Context) (importing.Restored, error) {
	wrong := 0
	found, err := importing.CheckArchive(f.file.Pieces(ctx), func(e *importing.RowError) {
		if wrong++; wrong <= maxProblems {
			_, _ = fmt.Fprintf(f.out.stderr, "%s:%d: %v\n", f.file.Name(), e.Line, e.Err) // the end tells too
		}
	})
	if wrong > 0 {
		const text = "%d lines of %s are wrong and nothing was imported"
		err = errors.Join(err, fmt.Errorf(text, wrong, f.file.Name()))
	}
	return found, err
}

// store brings the file into the database. tickets is their number, -1 if it is not known yet.
func (f fullImport) store(ctx context.Context, s settings.Common, tickets int) error {
	a, err := bootstrap.Open(ctx, s, f.out.stderr)
	if err != nil {
		return err
	}
	bar := newBar(f.out.stderr, tickets, "importing")
	found, err := a.RestoreArchive().Handle(ctx, f.file.Pieces(ctx), func() { _ = bar.Add(1) }) // it only draws
	_ = bar.Finish()
	if err = errors.Join(f.explained(err), a.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(f.out.stdout, "imported", restoredText(found))
	return err
}

// explained says that nothing was imported, and what to do.
func (f fullImport) explained(err error) error {
	if err == nil {
		return nil
	}
	if wrong, ok := errors.AsType[*importing.RowError](err); ok {
		return fmt.Errorf("%s:%d: %w; nothing was imported", f.file.Name(), wrong.Line, wrong.Err)
	}
	if full, ok := errors.AsType[*ports.NotEmptyError](err); ok {
		return fmt.Errorf("nothing was imported: %w already, and --full keeps the ids of the file, which may be "+
			"taken: name a new database in DB_URL (if these are the file's own, it was imported before)", full)
	}
	if domain.KindOf(err) == domain.KindUnavailable {
		err = fmt.Errorf("%w; repeat the same command", err)
	}
	return fmt.Errorf("nothing was imported: %w", err)
}

func restoredText(r importing.Restored) string {
	return fmt.Sprintf("%d users and %d tickets (%d pending) with %d classifications and %d import keys",
		r.Users, r.Tickets, r.Pending, r.Entries, r.Keys)
}
