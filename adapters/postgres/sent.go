package postgres

import (
	"encoding/json"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
)

// along is what a statement needs of a row beside the ticket.
type along struct {
	Record []sqlstore.EntryRow `json:"record,omitempty"` // what it adds to the record
	sqlstore.NewEvents

	// For an INSERT.
	Words   string `json:"words,omitempty"`
	Lease   int64  `json:"lease,omitempty"` // in microseconds; above 0 the row is claimed from the start
	Claimer int64  `json:"claimer,omitempty"`
	Key     string `json:"key,omitempty"` // of an import
	Twin    string `json:"twin,omitempty"`
}

// sentSQL selects columns of the rows that sent returns, and n, their place. The tables give the types. The
// LIMIT is above any number of rows; in a subquery it makes the planner expect few. It expects a hundred
// otherwise and prefers to read whole tables.
func sentSQL(columns string) string {
	return `
    SELECT ordinality - 1 AS n, ` + columns + ` FROM ROWS FROM (
        json_populate_recordset(NULL::tickets, $1::json),
        json_to_recordset($2::json)
            AS (record classifications[], types text[], state json, previous json,
                words text, lease bigint, claimer bigint, key text, twin text)
    ) WITH ORDINALITY LIMIT (SELECT 1000000)`
}

// sent returns $1 and $2 of the statements that begin with sentSQL. row makes a row of a ticket.
func (s *Store) sent(
	tickets []domain.Ticket, row func(domain.Ticket) sqlstore.TicketRow, with []along,
) ([]any, error) {
	list := make([]sqlstore.TicketRow, len(tickets))
	for i, t := range tickets {
		list[i] = row(t)
		with[i].Record = sqlstore.NewEntryRows(t.NewEntries())
		if s.events {
			with[i].NewEvents = sqlstore.NewEventRows(t)
		}
	}
	first, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	second, err := json.Marshal(with)
	return []any{string(first), string(second)}, err
}
