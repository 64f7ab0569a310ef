package importing

import (
	"context"
	"fmt"
	"slices"

	"ticketd/domain"
	"ticketd/ports"
)

// sift sorts out what is imported already, before anybody is paid for it. watch is nil where nobody wants to
// know what was found.
func (uc *ImportTickets) sift(ctx context.Context, to Target, rows []keyedRow, watch *Watch) (part, error) {
	var p part
	known, err := uc.known(ctx, to.Source, rows, func(r keyedRow) string { return r.key })
	if err != nil {
		return p, err
	}
	for _, r := range rows {
		before, found := known[r.key]
		if !found {
			p.fresh = append(p.fresh, r)
			continue
		}
		p.known++
		text := r.ticket.Text()
		if domain.CleanText(before.Title) != text.Title() ||
			domain.CleanText(before.Description) != text.Description() {
			p.changed++
			watch.changed(r.row.Line, "%s was imported before with other words, as ticket %d", r.name(), before.ID)
		}
	}
	if watch == nil && !to.SkipTwins {
		return p, nil
	}
	return p, uc.siftTwins(ctx, to, &p, watch)
}

// siftTwins finds rows that look like tickets of an earlier import though they have another key.
func (uc *ImportTickets) siftTwins(ctx context.Context, to Target, p *part, watch *Watch) error {
	twins, err := uc.known(ctx, ports.AnySource, p.fresh, func(r keyedRow) string { return r.twin })
	if err != nil {
		return err
	}
	for _, r := range p.fresh {
		if before, found := twins[r.twin]; found {
			p.twins++
			watch.twin(r.row.Line, "looks like ticket %d, which was imported before", before.ID)
		}
	}
	if to.SkipTwins {
		p.fresh = slices.DeleteFunc(p.fresh, func(r keyedRow) bool {
			_, found := twins[r.twin]
			return found
		})
		p.known, p.twins = p.known+p.twins, 0
	}
	return nil
}

// known returns the tickets of the source that have the rows' names.
func (uc *ImportTickets) known(
	ctx context.Context, source string, rows []keyedRow, name func(keyedRow) string,
) (map[string]ports.KnownImport, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = name(r)
	}
	var known map[string]ports.KnownImport
	err := uc.insist(ctx, func() (err error) {
		known, err = uc.tickets.KnownImports(ctx, source, names)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up what is imported: %w", err)
	}
	return known, nil
}
