package postgres

import (
	"strconv"
	"strings"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
	"ticketd/ports/search"
)

// A search has two parts: indexed tickets, and the few that are not indexed yet, whose words it reads
// through. Both have the form of a list: the planner walks it newest first if many tickets match, and sorts
// what the index returns if few do.
const (
	indexedSQL  = `SELECT id, created_at FROM tickets JOIN ticket_words ON ticket_id = id`
	recentSQL   = `SELECT id, created_at FROM tickets`
	recentlySQL = `id = ANY (ARRAY(SELECT ticket_id FROM ticket_words_new WHERE `
)

func searchQuery(f ports.TicketFilter, p ports.Page) (query string, args []any) {
	c := sqlstore.Matching(f, placeholder)
	var further []string
	if p.After != nil {
		further = append(further, after(c, p.After))
	}
	found := searched(c, f, newestFirst, p.Offset+p.Limit+1, further...)
	page := newestFirst + ` LIMIT ` + strconv.Itoa(p.Limit+1) + ` OFFSET ` + strconv.Itoa(p.Offset)
	ids := `SELECT id FROM (` + found + `) AS found` + page
	return listSQL + ` WHERE id = ANY (ARRAY(` + ids + `))` + newestFirst, c.Args()
}

func countSearchedQuery(f ports.TicketFilter, limit int) (query string, args []any) {
	c := sqlstore.Matching(f, placeholder)
	return `SELECT count(*) FROM (` + searched(c, f, ``, limit) + `) AS matching`, c.Args()
}

// searched returns the query for up to limit rows of each part.
func searched(
	c *sqlstore.Conditions, f ports.TicketFilter, order string, limit int, further ...string,
) string {
	q := f.Search
	f.Search = nil
	if noIndexOfItsOwn(f) {
		further = append(further, always)
	}
	order += ` LIMIT ` + strconv.Itoa(limit)
	indexed := append(inIndex(c, q), further...)
	recent := append([]string{recentlySQL + strings.Join(inText(c, q), " AND ") + `))`}, further...)
	return `(` + indexedSQL + c.Where(indexed...) + order + `)
UNION ALL (` + recentSQL + c.Where(recent...) + order + `)`
}

// inIndex returns the conditions for an indexed ticket. Excluded words have a condition of their own, since
// the index does not help to find what lacks them.
func inIndex(c *sqlstore.Conditions, q *search.Query) []string {
	var parts, required, excluded []string
	for _, phrase := range q.Required() {
		required = append(required, phrase...)
		if len(phrase) > 1 {
			parts = append(parts, contains(c, phrase))
		}
	}
	for _, phrase := range q.Excluded() {
		if len(phrase) > 1 {
			parts = append(parts, lacks(c, phrase))
		} else {
			excluded = append(excluded, phrase...)
		}
	}
	if len(required) > 0 {
		parts = append(parts, `words @@ `+c.Arg(tsquery(required, " & "))+`::tsquery`)
	}
	if len(excluded) > 0 {
		parts = append(parts, `NOT words @@ `+c.Arg(tsquery(excluded, " | "))+`::tsquery`)
	}
	return parts
}

func inText(c *sqlstore.Conditions, q *search.Query) []string {
	var parts []string
	for _, phrase := range q.Required() {
		parts = append(parts, contains(c, phrase))
	}
	for _, phrase := range q.Excluded() {
		parts = append(parts, lacks(c, phrase))
	}
	return parts
}

func contains(c *sqlstore.Conditions, p search.Phrase) string {
	return `strpos(text, ` + c.Arg(` `+strings.Join(p, ` `)+` `) + `) > 0`
}

func lacks(c *sqlstore.Conditions, p search.Phrase) string {
	return `strpos(text, ` + c.Arg(` `+strings.Join(p, ` `)+` `) + `) < 1`
}

// tsquery needs no escapes: words have letters, digits and marks only.
func tsquery(words []string, operator string) string {
	return `'` + strings.Join(words, `'`+operator+`'`) + `'`
}
