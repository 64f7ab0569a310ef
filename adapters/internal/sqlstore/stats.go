package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"ticketd/domain"
	"ticketd/ports"
)

func (c *Conditions) within(column string, p ports.Period, moment func(time.Time) any) {
	if !p.From.IsZero() {
		c.parts = append(c.parts, column+` >= `+c.Arg(moment(p.From)))
	}
	if !p.To.IsZero() {
		c.parts = append(c.parts, column+` < `+c.Arg(moment(p.To)))
	}
}

// StatsDialect is how an engine says what ReadStats asks.
type StatsDialect struct {
	Placeholder func(n int) string
	Moment      func(time.Time) any       // a time as it is stored
	Compared    func(where string) string // the query for ComparedRows of the tickets t
}

// ReadStats reads from one snapshot: tx must be one. Its statements are not prepared: a day and a year need different plans.
func ReadStats(ctx context.Context, tx *sqlx.Tx, d StatsDialect, p ports.Period) (ports.Stats, error) {
	var counts []CountRow
	var compared []ComparedRow
	all, reviewed := Anything(d.Placeholder), Anything(d.Placeholder)
	all.within("created_at", p, d.Moment)
	reviewed.within("t.created_at", p, d.Moment)
	if err := tx.SelectContext(ctx, &counts, countsSQL(all), all.Args()...); err != nil {
		return ports.Stats{}, err
	}
	if err := tx.SelectContext(ctx, &compared, d.Compared(reviewed.Where(reviewedTickets)), reviewed.Args()...); err != nil {
		return ports.Stats{}, err
	}
	groups, err := each(compared, ComparedRow.compared)
	return ports.Stats{Tickets: countsOf(counts), Compared: groups}, err
}

// The fields of a CountRow.
const (
	fieldStatus   = "status"
	fieldAIStatus = "ai_status"
	fieldCategory = "category"
	fieldPriority = "priority"
	fieldToReview = "needs_review"
	fieldReview   = "review"
	fieldDrawn    = "audit"
)

// CountRow says how many tickets have a label.
type CountRow struct {
	Field string `db:"field"`
	Label string `db:"label"`
	N     int    `db:"n"`
}

// countsSQL counts the tickets that c demands by each label. Each count is of one stretch of one index that has all it needs.
func countsSQL(c *Conditions) string {
	var parts []string
	count := func(field, label, condition string) {
		parts = append(parts, fmt.Sprintf(`SELECT '%s' AS field, '%s' AS label, count(*) AS n FROM tickets%s`, field, label, c.Where(condition)))
	}
	each := func(field string, labels []string) {
		for _, l := range labels {
			count(field, l, field+` = '`+l+`'`)
		}
	}
	each(fieldStatus, slugs(domain.Statuses()))
	each(fieldAIStatus, slugs([]domain.AIStatus{domain.AIStatusPending, domain.AIStatusFallback})) // the rest is done
	each(fieldCategory, slugs(domain.Categories()))
	each(fieldPriority, slugs(domain.Priorities()))
	each(fieldReview, slugs(domain.Reviews()))
	count(fieldToReview, "", fieldToReview)
	count(fieldDrawn, "", fieldDrawn)
	return strings.Join(parts, "\nUNION ALL ")
}

func slugs[L fmt.Stringer](labels []L) []string {
	list := make([]string, len(labels))
	for i, l := range labels {
		list[i] = l.String()
	}
	return list
}

// countsOf adds up. Every ticket has a status; those that are missing from that total among the categories and priorities have none.
func countsOf(rows []CountRow) ports.TicketCounts {
	c := ports.TicketCounts{
		ByCategory: counted(rows, fieldCategory, domain.Categories()), ByPriority: counted(rows, fieldPriority, domain.Priorities()),
		ByStatus: counted(rows, fieldStatus, domain.Statuses()), ByAIStatus: counted(rows, fieldAIStatus, domain.AIStatuses()),
		Reviewed: counted(rows, fieldReview, domain.Reviews()),
	}
	labelled, ranked := 0, 0
	for _, r := range rows {
		switch r.Field {
		case fieldStatus:
			c.Total += r.N
		case fieldCategory:
			labelled += r.N
		case fieldPriority:
			ranked += r.N
		case fieldToReview:
			c.ToReview = r.N
		case fieldDrawn:
			c.Drawn = r.N
		}
	}
	c.ByCategory[domain.Category{}], c.ByPriority[domain.Priority{}] = c.Total-labelled, c.Total-ranked
	c.ByAIStatus[domain.AIStatusDone] = c.Total - c.ByAIStatus[domain.AIStatusPending] - c.ByAIStatus[domain.AIStatusFallback]
	return c
}

func counted[L interface {
	comparable
	fmt.Stringer
}](rows []CountRow, field string, labels []L) map[L]int {
	counts := make(map[L]int, len(labels))
	for _, l := range labels {
		counts[l] = 0
		for _, r := range rows {
			if r.Field == field && r.Label == l.String() {
				counts[l] = r.N
			}
		}
	}
	return counts
}
