package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ticketd/domain"
	"ticketd/ports"
)

// maxImportID is the longest name of a ticket in its source, in code points.
const maxImportID = 255

type keyedRow struct {
	key string
	row ports.ImportRow
}

// importChecker finds what is wrong with rows, and their keys. It reads a file from its start.
type importChecker struct {
	clock    ports.Clock
	finder   creatorCache
	file     string
	lines    map[string]int   // where an id stood
	repeated map[[16]byte]int // how often a row without an id came before
}

func newImportChecker(uc *ImportTickets, file string) *importChecker {
	return &importChecker{uc.clock, creatorCache{find: uc.creators}, file, map[string]int{}, map[[16]byte]int{}}
}

// forget looks creators up anew from now on.
func (c *importChecker) forget() { c.finder.known = nil }

// check returns the row's key. What is wrong with it is an *ImportError.
func (c *importChecker) check(ctx context.Context, row ports.ImportRow) (key string, err error) {
	if row.Bad != nil {
		return "", &ImportError{row.Line, row.Bad}
	}
	var bad []string
	if complaint := c.checkID(row); complaint != "" {
		bad = append(bad, complaint)
	}
	_, err = c.finder.ticket(ctx, row, c.clock.Now())
	if p, wrong := errors.AsType[*ImportError](err); wrong {
		bad = append(bad, p.Err.Error())
	} else if err != nil {
		return "", err
	}
	if len(bad) > 0 {
		return "", &ImportError{row.Line, errors.New(strings.Join(bad, "; "))}
	}
	return c.keyOf(row), nil
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

// keyOf names a row by its id. One without is named by its file and its words, and how often they came before: so the same file gives the
// same keys again.
func (c *importChecker) keyOf(row ports.ImportRow) string {
	if row.ID != "" {
		c.lines[row.ID] = row.Line
		return "id:" + row.ID
	}
	asked := NewTicket{Title: row.Title, Description: row.Description, CreatedBy: row.CreatedBy}
	digest := sha256.Sum256([]byte(c.file + "\x00" + asked.fingerprint()))
	short := [16]byte(digest[:])
	c.repeated[short]++
	return fmt.Sprintf("text:%x:%d", short, c.repeated[short])
}

// creatorCache asks for each creator once.
type creatorCache struct {
	find  ports.CreatorFinder
	known map[domain.UserID]domain.Creators // 0: nobody named
}

// ticket is the row as a new ticket. What is wrong with it is an *ImportError.
func (c *creatorCache) ticket(ctx context.Context, row ports.ImportRow, now time.Time) (domain.Ticket, error) {
	named := domain.UserID(0)
	if row.CreatedBy != nil {
		named = *row.CreatedBy
	}
	creators, found := c.known[named]
	if !found {
		var err error
		if creators, err = c.find.FindCreators(ctx, row.CreatedBy); err != nil {
			return domain.Ticket{}, fmt.Errorf("find creators: %w", err)
		}
		if c.known == nil {
			c.known = map[domain.UserID]domain.Creators{}
		}
		c.known[named] = creators
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
