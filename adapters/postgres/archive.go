package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
)

var lastIDsSQL = `SELECT ` +
	lastIDSQL("users") + `, ` + lastIDSQL("tickets") + `, ` + lastIDSQL("classifications")

func lastIDSQL(table string) string {
	const query = `(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM %[1]s_id_seq) AS %[1]s`
	return fmt.Sprintf(query, table)
}

// Archive implements ports.Archiver.
func (s *Store) Archive(ctx context.Context) iter.Seq2[ports.Archived, error] {
	return sqlstore.Pieces(func(take func(ports.Archived) error) error {
		return failed(ctx, s.snapshot(ctx, func(tx *sqlx.Tx) error {
			return sqlstore.ReadArchive(ctx, tx, lastIDsSQL, placeholder, take)
		}), "read all that is stored")
	})
}

// RestoreArchive implements ports.Archiver. The ids are reserved before anything is stored, so that others
// who store tickets at the same time get higher ones.
func (s *Store) RestoreArchive(ctx context.Context, pieces iter.Seq2[ports.Archived, error]) error {
	return failed(ctx, s.change(ctx, func(tx *sqlx.Tx) error {
		if err := sqlstore.CheckEmpty(ctx, tx); err != nil {
			return err
		}
		return sqlstore.WriteArchive(pieces, func(last sqlstore.LastIDsRow) error {
			return reserve(ctx, tx, last)
		}, func(rows sqlstore.ArchiveRows) error {
			return restore(ctx, tx, rows)
		})
	}), "store an archive")
}

func reserve(ctx context.Context, tx *sqlx.Tx, last sqlstore.LastIDsRow) error {
	for table, id := range map[string]int64{
		"users": last.Users, "tickets": last.Tickets, "classifications": last.Classifications,
	} {
		const query = `
SELECT setval('%[1]s_id_seq', $1) FROM %[1]s_id_seq WHERE last_value < $1 OR NOT is_called AND $1 > 0`
		if _, err := tx.ExecContext(ctx, fmt.Sprintf(query, table), id); err != nil {
			return err
		}
	}
	return nil
}

// restored inserts rows that are sent as JSON.
func restored(table, columns string) string {
	return `INSERT INTO ` + table + ` (` + columns + `) SELECT ` + columns +
		` FROM json_populate_recordset(NULL::` + table + `, $1::json)`
}

var (
	restoreUsersSQL   = restored(`users`, sqlstore.UserColumns+`, email_key`)
	restoreTicketsSQL = restored(`tickets`, sqlstore.TicketColumns)
	restoreEntriesSQL = restored(`classifications`, `ticket_id, `+sqlstore.EntryColumns)
	restoreKeysSQL    = restored(`import_keys`, `ticket_id, source, key`)
	restoreWordsSQL   = restored(`ticket_words_new`, `ticket_id, text`)
)

// wordsRow is a row of ticket_words_new.
type wordsRow struct {
	TicketID int64  `json:"ticket_id"`
	Text     string `json:"text"`
}

func restore(ctx context.Context, tx *sqlx.Tx, rows sqlstore.ArchiveRows) error {
	said := make([]wordsRow, len(rows.Tickets))
	for i, t := range rows.Tickets {
		said[i] = wordsRow{t.ID, words(t.Title, t.Description)}
	}
	for _, part := range []struct {
		insert string
		rows   any
		n      int
	}{
		{restoreUsersSQL, rows.Users, len(rows.Users)},
		{restoreTicketsSQL, rows.Tickets, len(rows.Tickets)},
		{restoreEntriesSQL, rows.Entries, len(rows.Entries)},
		{restoreKeysSQL, rows.Keys, len(rows.Keys)},
		{restoreWordsSQL, said, len(said)},
	} {
		if part.n == 0 {
			continue
		}
		sent, err := json.Marshal(part.rows)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, part.insert, string(sent)); err != nil {
			return err
		}
	}
	return nil
}
