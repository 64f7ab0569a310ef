package httpapi

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ticketd/ports"
)

// cursorVersion is raised when a cursor's meaning changes, so that an old one is refused and not misread.
const cursorVersion = "1"

// maxMicros is the last microsecond of the year 9999, the end of RFC 3339.
const maxMicros = 253_402_300_799_999_999

const badCursor = "must be a next_cursor of this list"

// encodeCursor makes a cursor of list out of a position.
func encodeCursor(list string, p ports.Position) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%s.%d.%d", cursorVersion, list, p.CreatedAt.UnixMicro(), p.ID))
}

// decodeCursor is the way back. It takes only what encodeCursor makes for the same list.
func decodeCursor(list, s string) (ports.Position, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	parts := strings.Split(string(raw), ".")
	if err != nil || len(parts) != 4 || parts[0] != cursorVersion || parts[1] != list {
		return ports.Position{}, false
	}
	micros, err1 := strconv.ParseInt(parts[2], 10, 64)
	id, err2 := strconv.ParseInt(parts[3], 10, 64)
	if err1 != nil || err2 != nil || micros < 0 || micros > maxMicros || id < 1 {
		return ports.Position{}, false
	}
	p := ports.Position{CreatedAt: time.UnixMicro(micros).UTC(), ID: id}
	return p, encodeCursor(list, p) == s
}

// cursorRule says what is wrong with a cursor of list, or "".
func cursorRule(list string) func(string) string {
	return func(s string) string {
		if _, ok := decodeCursor(list, s); !ok {
			return badCursor
		}
		return ""
	}
}

// checkRecordCursor takes a cursor of any ticket's record; whether it is this ticket's finds the handler, which knows the ticket.
func checkRecordCursor(s string) string {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	parts := strings.Split(string(raw), ".")
	if err != nil || len(parts) != 4 || !strings.HasPrefix(parts[1], recordPrefix) {
		return badCursor
	}
	return cursorRule(parts[1])(s)
}
