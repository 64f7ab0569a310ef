package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jmoiron/sqlx"

	"ticketd/ports"
)

// archivePage is how many users or tickets of an archive are in memory at a time.
const archivePage = 250

// The queries of an archive, with the engine's placeholders 1 and 2 in place of %[1]s and %[2]s.
const (
	archivedUsersSQL   = `SELECT ` + UserColumns + ` FROM users WHERE id > %[1]s ORDER BY id LIMIT %[2]s`
	archivedTicketsSQL = `SELECT ` + TicketColumns + ` FROM tickets WHERE id > %[1]s ORDER BY id LIMIT %[2]s`
	archivedEntriesSQL = `
SELECT ticket_id, ` + EntryColumns + ` FROM classifications WHERE ticket_id > %[1]s AND ticket_id <= %[2]s
ORDER BY ticket_id, created_at, id`
	archivedKeysSQL = `
SELECT ticket_id, source, key FROM import_keys WHERE ticket_id > %[1]s AND ticket_id <= %[2]s
ORDER BY ticket_id, source, key`
)

// ArchivedEntryRow is a row of classifications with its ticket.
type ArchivedEntryRow struct {
	TicketID int64 `db:"ticket_id" json:"ticket_id"`
	EntryRow
}

// ImportKeyRow is a row of import_keys.
type ImportKeyRow struct {
	TicketID int64  `db:"ticket_id" json:"ticket_id"`
	Source   string `db:"source" json:"source"`
	Key      string `db:"key" json:"key"`
}

// ArchivedUserRow is a row of users with all its columns.
type ArchivedUserRow struct {
	UserRow
	EmailKey string `db:"email_key" json:"email_key"`
}

// LastIDsRow are the highest ids that were given.
type LastIDsRow struct {
	Users           int64 `db:"users"`
	Tickets         int64 `db:"tickets"`
	Classifications int64 `db:"classifications"`
}

// HoldsSQL returns a HoldsRow.
const HoldsSQL = `SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM tickets) AS tickets`

// HoldsRow counts what is stored.
type HoldsRow struct {
	Users   int `db:"users"`
	Tickets int `db:"tickets"`
}

// CheckEmpty returns a *ports.NotEmptyError if anything is stored.
func CheckEmpty(ctx context.Context, tx *sqlx.Tx) error {
	var holds HoldsRow
	err := tx.GetContext(ctx, &holds, HoldsSQL)
	if err == nil && holds != (HoldsRow{}) {
		err = &ports.NotEmptyError{Users: holds.Users, Tickets: holds.Tickets}
	}
	return err
}

// ReadArchive calls take with the pieces of the archive. It reads from tx, which must see one snapshot.
// lastIDs is the engine's query for a LastIDsRow.
func ReadArchive(
	ctx context.Context, tx *sqlx.Tx, lastIDs string, placeholder func(n int) string,
	take func(ports.Archived) error,
) error {
	var last LastIDsRow
	if err := tx.GetContext(ctx, &last, lastIDs); err != nil {
		return err
	}
	ids := ports.LastIDs(last)
	if err := take(ports.Archived{LastIDs: &ids}); err != nil {
		return err
	}
	r := archiveReader{ctx, tx, placeholder, take}
	if err := r.pages(r.users); err != nil {
		return err
	}
	return r.pages(r.tickets)
}

type archiveReader struct {
	ctx         context.Context //nolint:containedctx // it lives as long as one reading
	tx          *sqlx.Tx
	placeholder func(n int) string
	take        func(ports.Archived) error
}

// pages calls page with the id after which it begins until it returns 0.
func (r archiveReader) pages(page func(after int64) (last int64, err error)) error {
	for after := int64(0); ; {
		last, err := page(after)
		if err != nil || last == 0 {
			return err
		}
		after = last
	}
}

func (r archiveReader) users(after int64) (last int64, err error) {
	rows, err := archived[UserRow](r, archivedUsersSQL, after, archivePage)
	for _, row := range rows {
		u := row.User()
		if err := r.take(ports.Archived{User: &u}); err != nil {
			return 0, err
		}
		last = row.ID
	}
	return last, err
}

func (r archiveReader) tickets(after int64) (last int64, err error) {
	rows, err := archived[TicketRow](r, archivedTicketsSQL, after, archivePage)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	last = rows[len(rows)-1].ID
	entries, err := archived[ArchivedEntryRow](r, archivedEntriesSQL, after, last)
	if err != nil {
		return 0, err
	}
	keys, err := archived[ImportKeyRow](r, archivedKeysSQL, after, last)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		t := ports.ArchivedTicket{}
		if t.Ticket, err = row.Ticket(); err != nil {
			return 0, err
		}
		for ; len(entries) > 0 && entries[0].TicketID == row.ID; entries = entries[1:] {
			e, err := entries[0].Classification()
			if err != nil {
				return 0, err
			}
			t.Record = append(t.Record, e)
		}
		for ; len(keys) > 0 && keys[0].TicketID == row.ID; keys = keys[1:] {
			t.Keys = append(t.Keys, ports.ImportKey{Source: keys[0].Source, Key: keys[0].Key})
		}
		if err := r.take(ports.Archived{Ticket: &t}); err != nil {
			return 0, err
		}
	}
	return last, nil
}

func archived[R any](r archiveReader, query string, args ...any) (rows []R, err error) {
	query = fmt.Sprintf(query, r.placeholder(1), r.placeholder(2))
	err = r.tx.SelectContext(r.ctx, &rows, query, args...)
	return rows, err
}

// ArchiveRows are pieces of an archive as rows to insert, in an order that keeps all references.
type ArchiveRows struct {
	Users   []ArchivedUserRow
	Tickets []TicketRow
	Entries []ArchivedEntryRow
	Keys    []ImportKeyRow
}

func (r *ArchiveRows) add(p ports.Archived) {
	if u := p.User; u != nil {
		row := UserRow{int64(u.ID()), u.Name(), u.Email(), Moment{u.CreatedAt()}}
		r.Users = append(r.Users, ArchivedUserRow{row, u.EmailKey()})
	}
	if p.Ticket == nil {
		return
	}
	t := NewTicketRow(p.Ticket.Ticket)
	r.Tickets = append(r.Tickets, t)
	for _, e := range p.Ticket.Record {
		row := newEntryRow(e)
		row.ID = e.ID
		r.Entries = append(r.Entries, ArchivedEntryRow{t.ID, row})
	}
	for _, k := range p.Ticket.Keys {
		r.Keys = append(r.Keys, ImportKeyRow{t.ID, k.Source, k.Key})
	}
}

// WriteArchive calls reserve with the last ids and insert with the other pieces as rows, some at a time.
func WriteArchive(
	pieces iter.Seq2[ports.Archived, error], reserve func(LastIDsRow) error, insert func(ArchiveRows) error,
) error {
	var batch ArchiveRows
	flush := func() error {
		rows := batch
		batch = ArchiveRows{}
		return insert(rows)
	}
	for p, err := range pieces {
		if err == nil && p.LastIDs != nil {
			err = reserve(LastIDsRow(*p.LastIDs))
		}
		if err != nil {
			return err
		}
		if batch.add(p); len(batch.Users)+len(batch.Tickets) == archivePage {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// Pieces turns a function that hands out pieces into a sequence, whose last element is its error.
func Pieces(read func(take func(ports.Archived) error) error) iter.Seq2[ports.Archived, error] {
	return func(yield func(ports.Archived, error) bool) {
		stopped := false
		err := read(func(p ports.Archived) error {
			if stopped = !yield(p, nil); stopped {
				return errStopped
			}
			return nil
		})
		if err != nil && !stopped {
			yield(ports.Archived{}, err)
		}
	}
}

// errStopped ends a reading that its reader broke off.
var errStopped = errors.New("the reader has enough")
