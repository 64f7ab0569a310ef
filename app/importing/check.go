package importing

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"ticketd/domain"
	"ticketd/ports"
)

// maxImportID is the longest name of a ticket in its source, in code points.
const maxImportID = 255

// keyedRow is a row that is right, and the ticket that it is.
type keyedRow struct {
	key, twin string
	row       ports.ImportRow
	ticket    domain.Ticket
}

func (r keyedRow) name() string {
	if r.row.ID == "" {
		return "the row"
	}
	return fmt.Sprintf("the id %q", r.row.ID)
}

// checker finds what is wrong with rows, and their keys. It reads a file from its start.
type checker struct {
	clock  ports.Clock
	finder creatorCache
	digest string         // of the file
	lines  map[string]int // where an id stood
	texts  map[string]int // how often the text of a row without an id stood
}

func newChecker(ctx context.Context, uc *ImportTickets, file ports.ImportRows) (*checker, error) {
	digest, err := file.Digest(ctx)
	return &checker{uc.clock, creatorCache{find: uc.creators}, digest, map[string]int{}, map[string]int{}}, err
}

// forget looks creators up anew from now on.
func (c *checker) forget() { c.finder.known = nil }

// check returns the row with its key. What is wrong with it is an *RowError.
func (c *checker) check(ctx context.Context, row ports.ImportRow) (keyedRow, error) {
	if row.Bad != nil {
		return keyedRow{}, &RowError{row.Line, row.Bad}
	}
	row.ID = strings.TrimSpace(domain.CleanText(row.ID))
	var bad []string
	if complaint := c.checkID(row); complaint != "" {
		bad = append(bad, complaint)
	}
	t, err := c.finder.ticket(ctx, row, c.clock.Now())
	if p, wrong := errors.AsType[*RowError](err); wrong {
		bad = append(bad, p.Err.Error())
	} else if err != nil {
		return keyedRow{}, err
	}
	if len(bad) > 0 {
		return keyedRow{}, &RowError{row.Line, errors.New(strings.Join(bad, "; "))}
	}
	return keyedRow{c.keyOf(row), c.twinOf(row, t.Text()), row, t}, nil
}

func (c *checker) checkID(row ports.ImportRow) string {
	switch line, seen := c.lines[row.ID]; {
	case row.ID == "":
		return ""
	case !domain.IsStorable(row.ID), utf8.RuneCountInString(row.ID) > maxImportID:
		return fmt.Sprintf("the id must have at most %d characters, in UTF-8 and without NUL", maxImportID)
	case seen:
		return fmt.Sprintf("the id %q stands in line %d already", row.ID, line)
	}
	return ""
}

// keyOf names a row by its id. One without is named by its place in a file of this very content: so the same
// file gives the same keys again, and another one never does, whatever they are called.
func (c *checker) keyOf(row ports.ImportRow) string {
	if row.ID != "" {
		c.lines[row.ID] = row.Line
		return "id:" + row.ID
	}
	return fmt.Sprintf("row:%s:%d", c.digest, row.Line)
}

// twinOf names a row by its words and its id; one without an id by its words and how often they stood before
// it. So the rows of a file have the same names in a copy with another source or a few rows more. A name is
// short, since each ticket has one: half a digest tells texts apart.
func (c *checker) twinOf(row ports.ImportRow, text domain.Text) string {
	words := digest(fmt.Appendf(nil, "%d:%s%s", len(text.Title()), text.Title(), text.Description()))
	if row.ID != "" {
		return digest([]byte(words + row.ID))
	}
	c.texts[words]++
	return fmt.Sprintf("%s:%d", words, c.texts[words])
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return base64.RawStdEncoding.EncodeToString(sum[:16])
}

// part is a stretch of a file: the rows to store, and how many others there were.
type part struct {
	fresh   []keyedRow
	twins   int // of fresh, those that look like tickets of an earlier import
	known   int // imported before; of which
	changed int // have other words now
	bad     int
}

// parts reads the file from its start. An error is its last.
func (uc *ImportTickets) parts(
	ctx context.Context, file ports.ImportRows, to Target, checker *checker, watch *Watch,
) iter.Seq2[part, error] {
	return func(yield func(part, error) bool) {
		rows, bad := make([]keyedRow, 0, importBatch), 0
		next := func() (part, error) {
			p, err := uc.sift(ctx, to, rows, watch)
			p.bad = bad
			rows, bad = rows[:0], 0
			return p, err
		}
		for row, err := range file.ImportRows(ctx) {
			if err != nil {
				yield(part{}, err)
				return
			}
			right, err := checker.check(ctx, row)
			if p, wrong := errors.AsType[*RowError](err); wrong {
				bad++
				watch.bad(p)
				continue
			}
			if err != nil {
				yield(part{}, err)
				return
			}
			if rows = append(rows, right); len(rows) == importBatch && !yield(next()) {
				return
			}
		}
		yield(next())
	}
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

// ticket returns the row as a new ticket, with what it brought along: its labels are a person's. What is
// wrong with it is a *RowError.
func (c *creatorCache) ticket(
	ctx context.Context, row ports.ImportRow, now time.Time,
) (domain.Ticket, error) {
	creators, err := c.creators(ctx, row.CreatedBy)
	if err != nil {
		return domain.Ticket{}, err
	}
	kept, created := row.Kept, now
	if !kept.CreatedAt.IsZero() {
		created = kept.CreatedAt
	}
	t, err := domain.NewTicket(row.Title, row.Description, row.CreatedBy, creators, created)
	if err != nil {
		err = fields(err)
	}
	if complaint := checkTime(created, now); complaint != "" {
		err = errors.Join(err, errors.New(complaint))
	}
	if err != nil {
		return domain.Ticket{}, &RowError{row.Line, errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))}
	}
	if !kept.Category.IsZero() {
		t.Correct(kept.Category, kept.Priority, "", now)
	}
	if kept.Status == domain.StatusClosed {
		t.Close(now)
	}
	return t, nil
}

// earliest is when there were no help desks yet: a time before it is a mistake.
var earliest = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)

func checkTime(created, now time.Time) string {
	const zones = 14 * time.Hour // a time without its zone may be so far ahead
	if created.Before(earliest) || created.After(now.Add(zones)) {
		return fmt.Sprintf("created_at is no time between 1970 and now: %s", created.Format(time.RFC3339))
	}
	return ""
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
