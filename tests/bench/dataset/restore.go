package dataset

import (
	"context"
	"database/sql"
	"fmt"
)

// Restore takes away all tickets that came after the seeded ones, so that every measurement begins with the
// same rows, and writes what is dirty, so that none pays for what another one did. The numbers of tickets go
// on.
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
