package importing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"ticketd/domain"
	"ticketd/ports"
)

// RestoreArchive brings all that belongs to the tickets of another store into one that holds nothing.
type RestoreArchive struct{ store ports.Archiver }

// NewRestoreArchive wires the use case.
func NewRestoreArchive(store ports.Archiver) *RestoreArchive { return &RestoreArchive{store} }

// Restored counts what an archive holds.
type Restored struct {
	Users   int
	Tickets int // of which
	Pending int // wait for a classification
	Entries int // of the record
	Keys    int // of imports
}

// CheckArchive reads the pieces to their end and tells bad of each wrong one. It stores nothing.
func CheckArchive(pieces iter.Seq2[ports.Archived, error], bad func(*RowError)) (Restored, error) {
	var c archiveChecker
	for p, err := range pieces {
		if err != nil {
			return c.found, err
		}
		if err := c.check(p); err != nil {
			bad(&RowError{p.Line, err})
		}
	}
	return c.found, nil
}

// Handle stores all the pieces or nothing, and calls progress after each ticket. The first wrong piece is a
// *RowError, and an error that pieces end with comes back as it is.
func (uc *RestoreArchive) Handle(
	ctx context.Context, pieces iter.Seq2[ports.Archived, error], progress func(),
) (Restored, error) {
	var c archiveChecker
	var broken error
	err := uc.store.RestoreArchive(ctx, func(yield func(ports.Archived, error) bool) {
		for p, err := range pieces {
			if err == nil {
				if wrong := c.check(p); wrong != nil {
					err = &RowError{p.Line, wrong}
				}
			}
			broken = err
			if !yield(p, err) || err != nil {
				return
			}
			if p.Ticket != nil {
				progress()
			}
		}
	})
	return c.found, cmp.Or(broken, err)
}

// archiveChecker finds what is wrong with pieces, of which the last ids come first. Since tickets come by
// their ids, it need not remember them.
type archiveChecker struct {
	last   ports.LastIDs
	user   domain.UserID // the last one; likewise
	ticket domain.TicketID
	users  map[domain.UserID]bool
	emails map[string]domain.UserID
	found  Restored
}

func (c *archiveChecker) check(p ports.Archived) error {
	switch {
	case p.Bad != nil:
		return p.Bad
	case p.LastIDs != nil:
		c.last = *p.LastIDs
		c.users, c.emails = map[domain.UserID]bool{}, map[string]domain.UserID{}
		return nil
	case p.User != nil:
		return c.checkUser(*p.User)
	}
	return c.checkTicket(*p.Ticket)
}

func (c *archiveChecker) checkUser(u domain.User) error {
	var bad complaints
	bad.check(u.ID() > c.user && c.ticket == 0, "users must come by their ids, before the tickets")
	bad.check(int64(u.ID()) <= c.last.Users, "the id %d is above the last one in line 1", u.ID())
	bad.add("name", domain.CheckUserName(u.Name()))
	bad.add("email", domain.CheckEmail(u.Email()))
	if other, taken := c.emails[u.EmailKey()]; taken {
		bad.check(false, "user %d has the address %s already", other, u.Email())
	}
	c.user = u.ID()
	c.users[u.ID()], c.emails[u.EmailKey()] = true, u.ID()
	c.found.Users++
	return bad.err()
}

func (c *archiveChecker) checkTicket(a ports.ArchivedTicket) error {
	var bad complaints
	t := a.Ticket
	bad.check(t.ID() > c.ticket, "tickets must come by their ids")
	bad.check(int64(t.ID()) <= c.last.Tickets, "the id %d is above the last one in line 1", t.ID())
	bad.add("title", domain.CheckTitle(t.Text().Title()))
	bad.add("description", domain.CheckDescription(t.Text().Description()))
	if by := t.Creator(); by != nil {
		bad.check(c.users[*by], "created_by names user %d, who is not in the file", *by)
	}
	for _, e := range a.Record {
		bad.check(e.ID >= 1 && e.ID <= c.last.Classifications,
			"the id %d of a classification is not between 1 and the last one in line 1", e.ID)
		bad.add(fmt.Sprintf("classification %d", e.ID), domain.CheckClassification(e))
	}
	for _, k := range a.Keys {
		bad.check(domain.IsStorable(k.Source) && domain.IsStorable(k.Key), "import_keys must be UTF-8 without NUL")
	}
	c.ticket = t.ID()
	c.found.Tickets++
	c.found.Entries += len(a.Record)
	c.found.Keys += len(a.Keys)
	if t.AIStatus() == domain.AIStatusPending {
		c.found.Pending++
	}
	return bad.err()
}

// complaints are what is wrong with one piece.
type complaints []string

func (c *complaints) check(right bool, format string, args ...any) {
	if !right {
		*c = append(*c, fmt.Sprintf(format, args...))
	}
}

func (c *complaints) add(field, complaint string) {
	c.check(complaint == "", "%s %s", field, complaint)
}

func (c *complaints) err() error {
	if len(*c) == 0 {
		return nil
	}
	return errors.New(strings.Join(*c, "; "))
}
