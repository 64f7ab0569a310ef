package traffic

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"

	"ticketd/tests/bench/dataset"
	"ticketd/tests/bench/load"
)

// Creation says what new tickets are like and how they come back.
type Creation struct {
	Users  int  // half of the tickets name one of them
	Queued bool // another process classifies
	Filler string
}

// kinds are words that the imitation of the model goes by, and what it says to them.
var kinds = []struct{ words, category, priority string }{
	{"refund urgent", "billing", "high"},
	{"crash again", "technical", "medium"},
	{"greetings whenever", "general", "low"},
}

// Kind returns the kind of ticket that a request of the model is about: its words, or "" if it is none of
// ours.
func Kind(request []byte) string {
	for _, k := range kinds {
		if bytes.Contains(request, []byte(" "+k.words+`\"`)) { // JSON in JSON: the end of the title
			return k.words
		}
	}
	return ""
}

type create struct {
	Creation
	rng     *rand.Rand
	name    string
	count   int
	creator int64 // 0: nobody
	body    []byte
	wanted  []string
}

// Create creates tickets, each with a title of its own. client distinguishes the streams of one measurement.
func Create(rng *rand.Rand, client int, c Creation) load.Stream {
	return &create{Creation: c, rng: rng, name: strconv.Itoa(client)}
}

func (s *create) Next(buf []byte) []byte {
	s.count++
	kind := kinds[s.rng.IntN(len(kinds))]
	title := `"title":"New ` + s.name + "-" + strconv.Itoa(s.count) + " " + kind.words + `"`
	s.creator = 0
	s.body = append(append(s.body[:0], '{'), title...)
	s.body = append(append(s.body, `,"description":"`...), dataset.Description(s.rng, s.Filler)...)
	s.body = append(s.body, '"')
	if s.rng.IntN(2) == 0 {
		s.creator = 1 + s.rng.Int64N(int64(s.Users))
		s.body = strconv.AppendInt(append(s.body, `,"createdBy":`...), s.creator, 10)
	}
	s.body = append(s.body, '}')
	s.wanted = append(s.wanted[:0], title)
	if s.creator == 0 {
		s.wanted = append(s.wanted, `"created_by":null`)
	}
	if s.Queued {
		s.wanted = append(s.wanted, `"ai_status":"pending"`, `"category":null`)
	} else {
		s.wanted = append(s.wanted, `"ai_status":"done"`, `"category":"`+kind.category+`"`,
			`"priority":"`+kind.priority+`"`)
	}
	buf = append(buf,
		"POST /tickets HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: "...)
	buf = strconv.AppendInt(buf, int64(len(s.body)), 10)
	return append(append(buf, "\r\n\r\n"...), s.body...)
}

func (s *create) Check(status int, body []byte) error {
	if err := wantStatus(201, status, body); err != nil {
		return err
	}
	if id, err := number(body, "id"); err != nil || id < 1 {
		return fmt.Errorf("no id: %w: %s", err, short(body))
	}
	if s.creator != 0 {
		if creator, err := number(body, "created_by"); err != nil || creator != s.creator {
			return fmt.Errorf("creator %d instead of %d: %w", creator, s.creator, err)
		}
	}
	return has(body, s.wanted...)
}
