package importing

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"ticketd/domain"
	"ticketd/ports"
)

// importPart is a stretch of a file: the rows to store, and how many others there were.
type importPart struct {
	fresh   []keyedRow
	known   int // imported before; of which
	changed int // have other words now
	bad     int
}

// parts reads the file from its start. An error is its last.
func (uc *ImportTickets) parts(
	ctx context.Context, file ports.ImportRows, source string, checker *importChecker, watch ImportWatch,
) iter.Seq2[importPart, error] {
	return func(yield func(importPart, error) bool) {
		rows, bad := make([]keyedRow, 0, importBatch), 0
		part := func() (importPart, error) {
			p, err := uc.sift(ctx, source, rows, watch)
			p.bad = bad
			rows, bad = rows[:0], 0
			return p, err
		}
		for row, err := range file.ImportRows(ctx) {
			if err != nil {
				yield(importPart{}, err)
				return
			}
			right, err := checker.check(ctx, row)
			if p, wrong := errors.AsType[*ImportError](err); wrong {
				bad++
				watch.Bad(p)
				continue
			}
			if err != nil {
				yield(importPart{}, err)
				return
			}
			if rows = append(rows, right); len(rows) == importBatch && !yield(part()) {
				return
			}
		}
		yield(part())
	}
}

// sift sorts out what is imported already, before anybody is paid for it.
func (uc *ImportTickets) sift(ctx context.Context, source string, rows []keyedRow, watch ImportWatch) (importPart, error) {
	var part importPart
	if len(rows) == 0 {
		return part, nil
	}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.key
	}
	var known map[string]ports.KnownImport
	err := uc.insist(ctx, func() (err error) {
		known, err = uc.tickets.KnownImports(ctx, source, keys)
		return err
	})
	if err != nil {
		return part, fmt.Errorf("look up what is imported: %w", err)
	}
	for _, r := range rows {
		before, found := known[r.key]
		if !found {
			part.fresh = append(part.fresh, r)
			continue
		}
		part.known++
		if domain.CleanText(before.Title) != r.text.Title() || domain.CleanText(before.Description) != r.text.Description() {
			part.changed++
			watch.Changed(&ImportError{r.row.Line, fmt.Errorf("the id %q was imported before with other words, as ticket %d", r.row.ID, before.ID)})
		}
	}
	return part, nil
}
