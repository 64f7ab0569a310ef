package sqlstore

import "ticketd/domain"

// KeyedRow is a row of tickets with the fingerprint of the key that it was stored with.
type KeyedRow struct {
	TicketRow
	Fingerprint string `db:"fingerprint"`
}

// Keyed returns the row as a ticket and a fingerprint.
func (r KeyedRow) Keyed() (domain.Ticket, string, error) {
	t, err := r.Ticket()
	return t, r.Fingerprint, err
}
