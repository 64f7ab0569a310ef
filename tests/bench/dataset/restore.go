package dataset

import (
	"context"
	"database/sql"
	"fmt"
)

// Restore removes all tickets that came after the seeded ones, so that every measurement starts with the same
// rows, and flushes dirty pages, so that none pays for another. The numbers of tickets go on.
func Restore(ctx context.Context, db *sql.DB, size Size) error {
	var later bool
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM tickets WHERE id > $1)`,
		size.Tickets).Scan(&later); err != nil || !later {
		return err
	}
	for _, query := range []string{
		fmt.Sprintf(`DELETE FROM tickets WHERE id > %d`, size.Tickets),
		`TRUNCATE ticket_words_new`,
		`VACUUM tickets`,
		`VACUUM classifications`,
		`CHECKPOINT`,
	} {
		if _, err := db.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("restore the data: %s: %w", query, err)
		}
	}
	return nil
}
