package sqlite

import (
	"context"
	"iter"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
)

const (
	lastIDsSQL = `SELECT
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'users'), 0) AS users,
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'tickets'), 0) AS tickets,
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'classifications'), 0) AS classifications`

	// A table has its row from its first INSERT on.
	raiseSQL = `UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1 AND seq < ?2`
	beginSQL = `
INSERT INTO sqlite_sequence (name, seq)
SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)`
)

// Archive implements ports.Archiver.
func (s *Store) Archive(ctx context.Context) iter.Seq2[ports.Archived, error] {
	return sqlstore.Pieces(func(take func(ports.Archived) error) error {
		return failed(ctx, s.snapshot(ctx, func(tx *sqlx.Tx) error {
			return sqlstore.ReadArchive(ctx, tx, lastIDsSQL, placeholder, take)
		}), "read all that is stored")
	})
}

// RestoreArchive implements ports.Archiver. Others who want to store anything wait until it ends.
func (s *Store) RestoreArchive(ctx context.Context, pieces iter.Seq2[ports.Archived, error]) error {
	return failed(ctx, s.change(ctx, func(tx *sqlx.Tx) error {
		if err := sqlstore.CheckEmpty(ctx, tx); err != nil {
			return err
		}
		insert, err := prepareRestore(ctx, tx)
		if err != nil {
			return err
		}
		return sqlstore.WriteArchive(pieces, func(last sqlstore.LastIDsRow) error {
			return reserve(ctx, tx, last)
		}, func(rows sqlstore.ArchiveRows) error {
			return insert.all(ctx, rows)
		})
	}), "store an archive")
}

func reserve(ctx context.Context, tx *sqlx.Tx, last sqlstore.LastIDsRow) error {
	for table, id := range map[string]int64{
		"users": last.Users, "tickets": last.Tickets, "classifications": last.Classifications,
	} {
		for _, query := range []string{raiseSQL, beginSQL} {
			if _, err := tx.ExecContext(ctx, query, table, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// restored inserts a row of this struct.
func restored(table, columns string) string {
	return `INSERT INTO ` + table + ` (` + columns + `) VALUES (` + sqlstore.EachColumn(columns, `:%s`) + `)`
}

// restoring are statements that end with their transaction.
type restoring struct{ users, tickets, entries, keys, words *sqlx.NamedStmt }

// wordsRow is a row of ticket_words.
type wordsRow struct {
	ID          int64  `db:"rowid"`
	Title       string `db:"title"`
	Description string `db:"description"`
}

func prepareRestore(ctx context.Context, tx *sqlx.Tx) (r restoring, err error) {
	for _, s := range []struct {
		statement      **sqlx.NamedStmt
		table, columns string
	}{
		{&r.users, `users`, sqlstore.UserColumns + `, email_key`},
		{&r.tickets, `tickets`, sqlstore.TicketColumns + `, announced_at`},
		{&r.entries, `classifications`, `ticket_id, ` + sqlstore.EntryColumns},
		{&r.keys, `import_keys`, `ticket_id, source, key`},
		{&r.words, `ticket_words`, `rowid, title, description`},
	} {
		st, err := tx.PrepareNamedContext(ctx, restored(s.table, s.columns)) //nolint:sqlclosecheck // tx closes it
		if err != nil {
			return r, err
		}
		*s.statement = st
	}
	return r, nil
}

func (r restoring) all(ctx context.Context, rows sqlstore.ArchiveRows) error {
	tickets, said := make([]newTicket, len(rows.Tickets)), make([]wordsRow, len(rows.Tickets))
	for i, t := range rows.Tickets {
		tickets[i] = newTicket{TicketRow: t, AnnouncedAt: sqlstore.Moment{Time: now()}}
		said[i] = wordsRow{t.ID, sqlstore.Words(t.Title), sqlstore.Words(t.Description)}
	}
	err := each(ctx, r.users, rows.Users)
	if err == nil {
		err = each(ctx, r.tickets, tickets)
	}
	if err == nil {
		err = each(ctx, r.words, said)
	}
	if err == nil {
		err = each(ctx, r.entries, rows.Entries)
	}
	if err == nil {
		err = each(ctx, r.keys, rows.Keys)
	}
	return err
}

func each[R any](ctx context.Context, insert *sqlx.NamedStmt, rows []R) error {
	for _, r := range rows {
		if _, err := insert.ExecContext(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
