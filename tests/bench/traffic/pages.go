package traffic

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
)

// Newest is the first page of all tickets, where the newest one is the seeded one with this number; 0: any.
func Newest(last int) func(*rand.Rand) Page {
	return func(*rand.Rand) Page { return Page{First: int64(last)} }
}

// Labelled are first pages of tickets with one of these pairs of category and priority.
func Labelled(pairs ...[2]string) func(*rand.Rand) Page {
	pages := make([]Page, len(pairs))
	for i, pair := range pairs {
		pages[i] = Page{
			Query:  "category=" + pair[0] + "&priority=" + pair[1],
			Fields: []string{`"category":"` + pair[0] + `"`, `"priority":"` + pair[1] + `"`},
		}
	}
	return Any(pages)
}

// Skipping are pages of all tickets behind an offset that is drawn from the interval.
func Skipping(tickets, from, to int) func(*rand.Rand) Page {
	return func(rng *rand.Rand) Page {
		offset := from + rng.IntN(to-from+1)
		return Page{Query: "offset=" + strconv.Itoa(offset), First: int64(tickets - offset)}
	}
}

// Any draws from pages.
func Any(pages []Page) func(*rand.Rand) Page {
	return func(rng *rand.Rand) Page { return pages[rng.IntN(len(pages))] }
}

func (p Page) check(body []byte) error {
	found, err := places(body)
	if err != nil {
		return err
	}
	want := p.Length
	if want == 0 {
		want = PageSize
	}
	if len(found) != want {
		return fmt.Errorf("%q: %d tickets instead of %d", p.Query, len(found), want)
	}
	if p.First != 0 && (found[0].id != p.First || found[want-1].id != p.First-int64(want)+1) {
		return fmt.Errorf("%q: tickets %d to %d instead of those from %d on", p.Query, found[0].id,
			found[want-1].id, p.First)
	}
	for i := 1; i < want; i++ {
		if a, b := found[i-1], found[i]; !a.created.After(b.created) &&
			!(a.created.Equal(b.created) && a.id > b.id) {
			return fmt.Errorf("%q: ticket %d stands before %d", p.Query, a.id, b.id)
		}
	}
	for _, field := range p.Fields {
		if n := bytes.Count(body, []byte(field)); n != want {
			return fmt.Errorf("%q: %d of %d tickets have %s", p.Query, n, want, field)
		}
	}
	return nil
}

// nextCursor is the cursor to the page after this one.
func nextCursor(body []byte) (string, error) {
	value, err := after(body, `"next_cursor":"`)
	if err != nil {
		return "", err
	}
	return string(value[:max(bytes.IndexByte(value, '"'), 0)]), nil
}
