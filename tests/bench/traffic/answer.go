package traffic

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// Answers are read by looking for names, not by decoding them, which would take more of the processor than to
// serve them. A name in quotes cannot stand in a text: there its quotes are escaped.

// number returns the value of the first field of that name.
func number(body []byte, name string) (int64, error) {
	value, err := after(body, `"`+name+`":`)
	if err != nil {
		return 0, err
	}
	return digits(value)
}

func after(body []byte, what string) ([]byte, error) {
	i := bytes.Index(body, []byte(what))
	if i < 0 {
		return nil, fmt.Errorf("no %s in %s", what, short(body))
	}
	return body[i+len(what):], nil
}

func digits(b []byte) (int64, error) {
	end := 0
	for end < len(b) && b[end] >= '0' && b[end] <= '9' {
		end++
	}
	return strconv.ParseInt(string(b[:end]), 10, 64)
}

// has returns an error unless the body contains each of these, such as `"status":"open"`.
func has(body []byte, wanted ...string) error {
	for _, w := range wanted {
		if !bytes.Contains(body, []byte(w)) {
			return fmt.Errorf("no %s in %s", w, short(body))
		}
	}
	return nil
}

func wantStatus(want, status int, body []byte) error {
	if status != want {
		return fmt.Errorf("status %d instead of %d: %s", status, want, short(body))
	}
	return nil
}

func short(body []byte) []byte { return body[:min(len(body), 400)] }

// place is where a ticket stands in a list.
type place struct {
	id      int64
	created time.Time
}

// places returns those of all tickets of a page.
func places(body []byte) ([]place, error) {
	var found []place
	for rest := body; ; {
		id, after, ok := next(rest, `"id":`)
		if !ok {
			return found, nil
		}
		created, after, ok := next(after, `"created_at":"`)
		if !ok {
			return nil, fmt.Errorf("a ticket has no created_at: %s", short(rest))
		}
		end := bytes.IndexByte(created, '"')
		at, err := time.Parse(time.RFC3339Nano, string(created[:max(end, 0)]))
		if err != nil {
			return nil, err
		}
		n, err := digits(id)
		if err != nil {
			return nil, err
		}
		found, rest = append(found, place{n, at}), after
	}
}

func next(body []byte, what string) (value, rest []byte, found bool) {
	i := bytes.Index(body, []byte(what))
	if i < 0 {
		return nil, nil, false
	}
	return body[i+len(what):], body[i+len(what):], true
}
