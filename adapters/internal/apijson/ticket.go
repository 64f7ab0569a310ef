// Package apijson is the JSON of a ticket as openapi.yaml describes it, for answers of the API and for
// exports.
package apijson

import (
	"fmt"
	"time"

	"ticketd/domain"
)

// Ticket is a ticket for encoding/json/v2. Its members come in the contract's order.
type Ticket struct {
	ID           int64    `json:"id"`
	Title        string   `json:"title"`
	Description  string   `json:"description"`
	Status       string   `json:"status"`
	Category     *string  `json:"category"`
	Priority     *string  `json:"priority"`
	AIStatus     string   `json:"ai_status"`
	AIConfidence *float64 `json:"ai_confidence"`
	ClassifiedBy *string  `json:"classified_by"`
	NeedsReview  bool     `json:"needs_review"`
	Review       *string  `json:"review"`
	CreatedBy    *int64   `json:"created_by"`
	CreatedAt    string   `json:"created_at"`
	UpdatedAt    string   `json:"updated_at"`
}

// NewTicket returns t as clients see it.
func NewTicket(t domain.Ticket) Ticket {
	s := t.Snapshot()
	return Ticket{
		ID: int64(s.ID), Title: s.Title, Description: s.Description,
		Status: s.Status.String(), Category: Label(s.Category), Priority: Label(s.Priority),
		AIStatus: s.AIStatus.String(), AIConfidence: s.AIConfidence, ClassifiedBy: Label(s.ClassifiedBy),
		NeedsReview: s.NeedsReview, Review: Label(s.Review),
		CreatedBy: (*int64)(s.CreatedBy), CreatedAt: Time(s.CreatedAt), UpdatedAt: Time(s.UpdatedAt),
	}
}

// slugs are shared by all answers: a page of tickets has many labels, and few that differ.
var slugs = func() map[string]*string {
	all := map[string]*string{}
	share(all, domain.Categories())
	share(all, domain.Priorities())
	share(all, domain.Sources())
	share(all, domain.Reviews())
	return all
}()

func share[L fmt.Stringer](all map[string]*string, labels []L) {
	for _, l := range labels {
		all[l.String()] = new(l.String())
	}
}

// Label returns the slug of a label, nil for the zero value.
func Label[L fmt.Stringer](l L) *string {
	text := l.String()
	if slug, shared := slugs[text]; shared || text == "" {
		return slug
	}
	return &text
}

// Optional returns nil, which is null, for an empty text.
func Optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Time returns t in RFC 3339 with all six digits of the microseconds, so that times order like their texts.
func Time(t time.Time) string {
	b := t.UTC().AppendFormat(make([]byte, 0, 32), time.RFC3339) // a layout of one's own takes twice as long
	b[len(b)-1] = '.'                                            // in place of the Z
	for micros, digit := t.Nanosecond()/1000, 100_000; digit > 0; digit /= 10 {
		b = append(b, byte('0'+micros/digit%10))
	}
	return string(append(b, 'Z'))
}
