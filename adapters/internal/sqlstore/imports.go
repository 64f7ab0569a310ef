package sqlstore

import (
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// ImportRow is a new ticket as JSON, with the names of the columns.
type ImportRow struct {
	N            int        `json:"n"`
	Key          string     `json:"key"`
	Title        string     `json:"title"`
	Description  string     `json:"description"`
	Status       string     `json:"status"`
	AIStatus     string     `json:"ai_status"`
	Category     *string    `json:"category"`
	Priority     *string    `json:"priority"`
	AIConfidence *float64   `json:"ai_confidence"`
	ClassifiedBy *string    `json:"classified_by"`
	CreatedBy    *int64     `json:"created_by"`
	CreatedAt    time.Time  `json:"created_at"`
	Round        int64      `json:"round"`
	Version      int64      `json:"version"`
	Review       *string    `json:"review"`
	NeedsReview  bool       `json:"needs_review"`
	Audit        bool       `json:"audit"`
	Unknown      bool       `json:"confidence_unknown"`
	Record       []EntryRow `json:"record"`
}

// NewImportRow returns the nth ticket of a batch as a row.
func NewImportRow(n int, i ports.ImportedTicket) ImportRow {
	s := i.Ticket.Snapshot()
	r := ImportRow{
		N: n, Key: i.Key, Title: s.Title, Description: s.Description,
		Status: s.Status.String(), AIStatus: s.AIStatus.String(),
		Category: Label(s.Category), Priority: Label(s.Priority), ClassifiedBy: Label(s.ClassifiedBy),
		CreatedBy: (*int64)(s.CreatedBy), CreatedAt: s.CreatedAt, Round: int64(s.Round), Version: s.Version,
		Review: Label(s.Review), NeedsReview: s.NeedsReview, Audit: s.Audit, Record: []EntryRow{},
	}
	r.AIConfidence, r.Unknown = Confidence(i.Ticket)
	for _, c := range i.Ticket.NewEntries() {
		r.Record = append(r.Record, Entry(c))
	}
	return r
}

// AddedRow says which id the nth ticket of a batch got.
type AddedRow struct {
	N  int   `db:"n"`
	ID int64 `db:"id"`
}

// Added returns the tickets of the batch that were stored.
func Added(tickets []ports.ImportedTicket, rows []AddedRow) []domain.Ticket {
	list := make([]domain.Ticket, len(rows))
	for i, r := range rows {
		list[i] = tickets[r.N].Ticket.Stored(domain.TicketID(r.ID))
	}
	return list
}

// KnownRow is a ticket that an import stored, with its key.
type KnownRow struct {
	Key         string `db:"key"`
	ID          int64  `db:"id"`
	Title       string `db:"title"`
	Description string `db:"description"`
}

// Known returns the rows by key.
func Known(rows []KnownRow) map[string]ports.KnownImport {
	known := make(map[string]ports.KnownImport, len(rows))
	for _, r := range rows {
		known[r.Key] = ports.KnownImport{ID: domain.TicketID(r.ID), Title: r.Title, Description: r.Description}
	}
	return known
}
