package sqlstore

import (
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// ClosedAt is when a closed ticket was closed, or the best that is known of that.
const ClosedAt = `coalesce(closed_at, updated_at, created_at)`

// ClosedColumns are the columns of a ClosedRow.
const ClosedColumns = `id, created_at, ` + ClosedAt + ` AS closed, closed_at IS NULL AS guessed`

// ClosedRow is a closed ticket.
type ClosedRow struct {
	ID        int64  `db:"id"`
	CreatedAt Moment `db:"created_at"`
	Closed    Moment `db:"closed"`
	Guessed   bool   `db:"guessed"`
}

// ClosedBefore returns the tickets that were closed before the given time, and where the next page begins.
// rows are up to limit+1, as for TicketSlice.
func ClosedBefore(
	rows []ClosedRow, before time.Time, limit int,
) (found []ports.ClosedTicket, next *ports.Position) {
	rows, next = cut(rows, limit, func(r ClosedRow) ports.Position { return position(r.CreatedAt, r.ID) })
	for _, r := range rows {
		if r.Closed.Before(before) {
			found = append(found, ports.ClosedTicket{ID: domain.TicketID(r.ID), Guessed: r.Guessed})
		}
	}
	return found, next
}
