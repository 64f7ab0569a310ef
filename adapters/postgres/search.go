package postgres

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/ports"
	"ticketd/ports/search"
)

// A search has two parts: indexed tickets, and the few that are not indexed yet, whose words it reads
// through. Both have the form of a list: the planner walks it newest first if many tickets match, and sorts
// what the index returns if few do.
//
// The planner knows how many contain a word only if that is among the most common ones of its statistics, and
// takes all others for equally frequent: in millions of tickets it would walk to the oldest one for a word
// that none has. So where words are not known to be frequent, the statement first takes what the index of
// words returns, and leaves the rest to the planner only if that was much.
const (
	indexedSQL  = `SELECT id, created_at FROM tickets JOIN ticket_words ON ticket_id = id`
	recentSQL   = `SELECT id, created_at FROM tickets`
	recentlySQL = `id = ANY (ARRAY(SELECT ticket_id FROM ticket_words_new WHERE `

	// foundSQL has the planner expect few tickets, so that it neither reads the table through nor compiles
	// the statement (JIT) for what it does not execute: it does not see the words, and expects one ticket in
	// 200 for each condition, so the second one, which is the same, divides once more.
	foundSQL = `SELECT ticket_id FROM ticket_words
    WHERE %[1]s AND words @@ (SELECT %[2]s) AND words @@ (SELECT %[2]s)`
	// lookUpSQL has OFFSET 0 so that the planner looks each ticket up and cannot walk.
	lookUpSQL = `SELECT id, created_at FROM found JOIN LATERAL (
    SELECT id, created_at FROM tickets%s OFFSET 0
) AS ticket ON true`

	// frequentSQL reports whether the planner knows that many tickets contain all the words. What it makes of
	// several is a product, as if they had nothing to do with each other, and so less reliable: one in a
	// hundred is found soon even if there are far fewer.
	frequentSQL = `SELECT count(DISTINCT word) = %[1]d AND (%[1]d = 1 OR sum(ln(frequency)) > ln(0.01::float8))
FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (word, frequency)
WHERE schemaname = current_schema() AND tablename = 'ticket_words' AND attname = 'words'
    AND word = ANY (string_to_array(%[2]s, ' '))`
	isFrequent = `(SELECT frequent FROM known)`
	// enough are too many found tickets to sort them for a page.
	enough = 5001
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
	filters := slices.Clone(further)
	if noIndexOfItsOwn(f) {
		further = append(further, always)
	}
	upTo := order + ` LIMIT ` + strconv.Itoa(limit)
	recent := append([]string{recentlySQL + strings.Join(inText(c, q), " AND ") + `))`}, further...)
	recently := `
UNION ALL (` + recentSQL + c.Where(recent...) + upTo + `)`
	others, required := inIndex(c, q), wordsOf(q.Required())
	if len(required) == 0 {
		return `(` + indexedSQL + c.Where(append(others, further...)...) + upTo + `)` + recently
	}

	known := fmt.Sprintf(frequentSQL, len(required), c.Arg(strings.Join(required, " ")))
	tsquery := c.Arg(tsquery(required, " & ")) + `::tsquery`
	has := fmt.Sprintf(foundSQL, strings.Join(append(others, `NOT `+isFrequent), " AND "), tsquery)
	walked, fetched := isFrequent, ``
	if order != "" || f != (ports.TicketFilter{}) { // a count of all that is found ends at its limit
		has += ` LIMIT ` + strconv.Itoa(enough)
		areFew := fmt.Sprintf(`(SELECT count(*) < %d FROM found)`, enough)
		walked, fetched = `(`+isFrequent+` OR NOT `+areFew+`)`, ` WHERE `+areFew
	}
	lookedUp := fmt.Sprintf(lookUpSQL, c.Where(append([]string{`id = ticket_id`}, filters...)...))
	walk := append(append(others, further...), `words @@ `+tsquery, walked)
	return `WITH known (frequent) AS (` + known + `), found AS (` + has + `)
(` + indexedSQL + c.Where(walk...) + upTo + `)
UNION ALL (` + lookedUp + fetched + upTo + `)` + recently
}

// wordsOf returns the words of phrases, each once.
func wordsOf(phrases []search.Phrase) (list []string) {
	for _, p := range phrases {
		list = append(list, p...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// inIndex returns the conditions for an indexed ticket, but for the words that it must have. Excluded words
// have a condition of their own, since the index does not help to find what lacks them.
func inIndex(c *sqlstore.Conditions, q *search.Query) []string {
	var parts, excluded []string
	for _, phrase := range q.Required() {
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
