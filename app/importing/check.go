package importing

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ticketd/domain"
	"ticketd/ports"
)

// maxImportID is the longest name of a ticket in its source, in code points.
const maxImportID = 255

// keyedRow is a row that is right.
type keyedRow struct {
	key  string
	row  ports.ImportRow
	text domain.Text
}

// importChecker finds what is wrong with rows, and their keys. It reads a file from its start.
type importChecker struct {
	clock  ports.Clock
	finder creatorCache
	digest string         // of the file
	lines  map[string]int // where an id stood
}

func newImportChecker(ctx context.Context, uc *ImportTickets, file ports.ImportRows) (*importChecker, error) {
	digest, err := file.Digest(ctx)
	return &importChecker{uc.clock, creatorCache{find: uc.creators}, digest, map[string]int{}}, err
}

// forget looks creators up anew from now on.
func (c *importChecker) forget() { c.finder.known = nil }

// check returns the row with its key. What is wrong with it is an *ImportError.
func (c *importChecker) check(ctx context.Context, row ports.ImportRow) (keyedRow, error) {
	if row.Bad != nil {
		return keyedRow{}, &ImportError{row.Line, row.Bad}
	}
	var bad []string
	if complaint := c.checkID(row); complaint != "" {
		bad = append(bad, complaint)
	}
	t, err := c.finder.ticket(ctx, row, c.clock.Now())
	if p, wrong := errors.AsType[*ImportError](err); wrong {
		bad = append(bad, p.Err.Error())
	} else if err != nil {
		return keyedRow{}, err
	}
	if len(bad) > 0 {
		return keyedRow{}, &ImportError{row.Line, errors.New(strings.Join(bad, "; "))}
	}
	return keyedRow{c.keyOf(row), row, t.Text()}, nil
}

func (c *importChecker) checkID(row ports.ImportRow) string {
	switch line, seen := c.lines[row.ID]; {
	case row.ID == "":
		return ""
	case !utf8.ValidString(row.ID) || strings.ContainsFunc(row.ID, unicode.IsControl) || utf8.RuneCountInString(row.ID) > maxImportID:
		return fmt.Sprintf("the id must have at most %d characters and no control characters", maxImportID)
	case seen:
		return fmt.Sprintf("the id %q stands in line %d already", row.ID, line)
	}
	return ""
}

// keyOf names a row by its id. One without is named by its place in a file of this very content: so the same file gives the same keys
// again, and another one never does, whatever they are called.
func (c *importChecker) keyOf(row ports.ImportRow) string {
	if row.ID != "" {
		c.lines[row.ID] = row.Line
		return "id:" + row.ID
	}
	return fmt.Sprintf("row:%s:%d", c.digest, row.Line)
}

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

// creatorCache asks for each creator once.
type creatorCache struct {
	find  ports.CreatorFinder
	known map[domain.UserID]domain.Creators // 0: nobody named
}

// creators are those for the admin-creator rule where a row names requested.
func (c *creatorCache) creators(ctx context.Context, requested *domain.UserID) (domain.Creators, error) {
	named := domain.UserID(0)
	if requested != nil {
		named = *requested
	}
	if creators, found := c.known[named]; found {
		return creators, nil
	}
	creators, err := c.find.FindCreators(ctx, requested)
	if err != nil {
		return domain.Creators{}, fmt.Errorf("find creators: %w", err)
	}
	if c.known == nil {
		c.known = map[domain.UserID]domain.Creators{}
	}
	c.known[named] = creators
	return creators, nil
}

// ticket is the row as a new ticket. What is wrong with it is an *ImportError.
func (c *creatorCache) ticket(ctx context.Context, row ports.ImportRow, now time.Time) (domain.Ticket, error) {
	creators, err := c.creators(ctx, row.CreatedBy)
	if err != nil {
		return domain.Ticket{}, err
	}
	t, err := domain.NewTicket(row.Title, row.Description, row.CreatedBy, creators, now)
	if err != nil {
		return domain.Ticket{}, &ImportError{row.Line, fields(err)}
	}
	return t, nil
}

// fields says what is wrong with a ticket without the words that say that something is.
func fields(err error) error {
	e, ok := errors.AsType[*domain.Error](err)
	if !ok {
		return err
	}
	said := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		said[i] = f.Field + " " + f.Message
	}
	return errors.New(strings.Join(said, "; "))
}
