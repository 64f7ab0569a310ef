package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
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

// StatsDialect is an engine's way to express what ReadStats asks.
type StatsDialect struct {
	Placeholder func(n int) string
	Moment      func(time.Time) any       // a time as it is stored
	Day         string                    // days from 1970-01-01 to created_at, a whole number
	Compared    func(where string) string // the query for ComparedRows of the tickets t
}

// ReadStats reads from tx, which must see one snapshot. It does not prepare its statements: a day and a year
// need different plans.
func ReadStats(ctx context.Context, tx *sqlx.Tx, d StatsDialect, p ports.Period) (ports.Stats, error) {
	var counts []CountRow
	var days []CountRow
	var compared []ComparedRow
	all, reviewed := Anything(d.Placeholder), Anything(d.Placeholder)
	all.within("created_at", p, d.Moment)
	reviewed.within("t.created_at", p, d.Moment)
	if err := tx.SelectContext(ctx, &counts, countsSQL(all), all.Args()...); err != nil {
		return ports.Stats{}, err
	}
	if err := tx.SelectContext(ctx, &days, daysSQL(all, d.Day), all.Args()...); err != nil {
		return ports.Stats{}, err
	}
	comparedSQL := d.Compared(reviewed.Where(reviewedTickets))
	if err := tx.SelectContext(ctx, &compared, comparedSQL, reviewed.Args()...); err != nil {
		return ports.Stats{}, err
	}
	groups, err := each(compared, ComparedRow.compared)
	if err != nil {
		return ports.Stats{}, err
	}
	byDay, err := daysOf(days)
	return ports.Stats{Tickets: countsOf(counts), ByDay: byDay, Compared: groups}, err
}

// daysSQL counts the tickets that c demands by day, all of them and those of each category. Every ticket has
// a status, so those of each status are all of them: one stretch of one index in the order of created_at
// answers each count.
func daysSQL(c *Conditions, day string) string {
	count := func(category string, conditions ...string) string {
		return fmt.Sprintf(`SELECT CAST(day AS TEXT) AS field, '%s' AS label, count(*) AS n
FROM (SELECT %s AS day FROM tickets%s) AS d GROUP BY day`, category, day, c.Where(conditions...))
	}
	var parts []string
	for _, status := range slugs(domain.Statuses()) {
		parts = append(parts, count("", fieldStatus+` = '`+status+`'`))
	}
	for _, category := range slugs(domain.Categories()) {
		parts = append(parts, count(category, fieldCategory+` = '`+category+`'`))
	}
	return strings.Join(parts, "\nUNION ALL ")
}

// daysOf subtracts: the tickets that miss among the categories have none.
func daysOf(rows []CountRow) ([]ports.DayCount, error) {
	days := map[int]map[domain.Category]int{}
	for _, r := range rows {
		day, err := strconv.Atoi(r.Field)
		if err != nil {
			return nil, fmt.Errorf("day of a ticket: %w", err)
		}
		if days[day] == nil {
			days[day] = counted(nil, "", append(domain.Categories(), domain.Category{}))
		}
		for category := range days[day] {
			switch {
			case category.String() == r.Label: // "" counts them all
				days[day][category] += r.N
			case category.IsZero():
				days[day][category] -= r.N
			}
		}
	}
	var list []ports.DayCount
	for _, day := range slices.Sorted(maps.Keys(days)) {
		list = append(list, ports.DayCount{Day: time.Unix(int64(day)*86400, 0).UTC(), ByCategory: days[day]})
	}
	return list, nil
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

// countsSQL counts the tickets that c demands by each label. One stretch of one index answers each count.
func countsSQL(c *Conditions) string {
	var parts []string
	count := func(field, label, condition string) {
		const query = `SELECT '%s' AS field, '%s' AS label, count(*) AS n FROM tickets%s`
		parts = append(parts, fmt.Sprintf(query, field, label, c.Where(condition)))
	}
	each := func(field string, labels []string) {
		for _, l := range labels {
			count(field, l, field+` = '`+l+`'`)
		}
	}
	each(fieldStatus, slugs(domain.Statuses()))
	notDone := []domain.AIStatus{domain.AIStatusPending, domain.AIStatusFallback} // the others are done
	each(fieldAIStatus, slugs(notDone))
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

// countsOf adds up. Every ticket has a status, so those that miss among the categories or priorities have
// none.
func countsOf(rows []CountRow) ports.TicketCounts {
	c := ports.TicketCounts{
		ByCategory: counted(rows, fieldCategory, domain.Categories()),
		ByPriority: counted(rows, fieldPriority, domain.Priorities()),
		ByStatus:   counted(rows, fieldStatus, domain.Statuses()),
		ByAIStatus: counted(rows, fieldAIStatus, domain.AIStatuses()),
		Reviewed:   counted(rows, fieldReview, domain.Reviews()),
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
	open := c.ByAIStatus[domain.AIStatusPending] + c.ByAIStatus[domain.AIStatusFallback]
	c.ByAIStatus[domain.AIStatusDone] = c.Total - open
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
