// Package traffic makes the requests of each scenario and knows what their answers have to be.
package traffic

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"ticketd/tests/bench/load"
)

// PageSize is the limit of every list.
const PageSize = 20

func get(buf []byte, path string) []byte {
	buf = append(buf, "GET "...)
	buf = append(buf, path...)
	return append(buf, " HTTP/1.1\r\nHost: bench\r\n\r\n"...)
}

type one struct {
	rng     *rand.Rand
	tickets int
	id      int64
}

// One asks for seeded tickets by their numbers, which are drawn evenly.
func One(rng *rand.Rand, tickets int) load.Stream { return &one{rng: rng, tickets: tickets} }

func (s *one) Next(buf []byte) []byte {
	s.id = 1 + s.rng.Int64N(int64(s.tickets))
	return get(buf, "/tickets/"+strconv.FormatInt(s.id, 10))
}

func (s *one) Check(status int, body []byte) error {
	if err := wantStatus(200, status, body); err != nil {
		return err
	}
	id, err := number(body, "id")
	if err != nil {
		return err
	}
	if id != s.id {
		return fmt.Errorf("ticket %d instead of %d", id, s.id)
	}
	return has(body, `"title":"Case `+strconv.FormatInt(id, 10)+`: `, `"ai_status":"done"`,
		`"classified_by":"model"`)
}

// Page is a list to ask for and what has to come.
type Page struct {
	Query  string   // without the limit
	First  int64    // the number of the first ticket, where the others follow without a gap; 0: any
	Fields []string // what each ticket has, such as `"status":"open"`
	Length int      // 0 stands for PageSize
}

type list struct {
	rng   *rand.Rand
	pages func(*rand.Rand) Page
	page  Page
}

// List asks for pages that are drawn.
func List(rng *rand.Rand, pages func(*rand.Rand) Page) load.Stream {
	return &list{rng: rng, pages: pages}
}

func (s *list) Next(buf []byte) []byte {
	s.page = s.pages(s.rng)
	path := "/tickets?limit=" + strconv.Itoa(PageSize)
	if s.page.Query != "" {
		path += "&" + s.page.Query
	}
	return get(buf, path)
}

func (s *list) Check(status int, body []byte) error {
	if err := wantStatus(200, status, body); err != nil {
		return err
	}
	return s.page.check(body)
}
