package sqlstore

import (
	"strings"

	"ticketd/ports/search"
)

// TextRow is the text of a row of tickets.
type TextRow struct {
	ID          int64  `db:"id"`
	Title       string `db:"title"`
	Description string `db:"description"`
}

// Words returns a text's normalised words, parted by blanks.
func Words(text string) string { return strings.Join(search.Words(text), " ") }
