package sqlstore

import (
	"context"
	"iter"
	"strconv"

	"ticketd/ports"
)

// LabelledPage is how many tickets are in memory at a time at most.
const LabelledPage = 500

// ReviewedIDsSQL returns the query for one page of the tickets that a person reviewed. The index
// tickets_reviewed alone answers it, so that only these tickets' texts are read. The arguments are the
// engine's placeholders.
func ReviewedIDsSQL(after, limit string) string {
	return `SELECT id FROM tickets WHERE ` + reviewedTickets + ` AND id > ` + after +
		` ORDER BY id LIMIT ` + limit
}

// LabelledTickets walks through the pages. page reads up to LabelledPage tickets whose ids follow after, in
// their order.
func LabelledTickets(
	ctx context.Context, page func(ctx context.Context, after int64) ([]TicketRow, error),
) iter.Seq2[ports.LabelledTicket, error] {
	return func(yield func(ports.LabelledTicket, error) bool) {
		for after := int64(0); ; {
			rows, err := page(ctx, after)
			if err != nil {
				yield(ports.LabelledTicket{}, err)
				return
			}
			for _, r := range rows {
				t, err := r.labelled()
				if !yield(t, err) || err != nil {
					return
				}
				after = r.ID
			}
			if len(rows) < LabelledPage {
				return
			}
		}
	}
}

func (r TicketRow) labelled() (ports.LabelledTicket, error) {
	t, err := r.Ticket()
	if err != nil {
		return ports.LabelledTicket{}, err
	}
	return ports.LabelledTicket{
		ID: strconv.FormatInt(r.ID, 10), Text: t.Text(), Category: t.Category(), Priority: t.Priority(),
	}, nil
}
