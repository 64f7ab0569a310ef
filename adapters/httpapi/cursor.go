package httpapi

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ticketd/ports"
)

// cursorVersion is raised when the meaning of a cursor changes, so that old cursors are refused, not misread.
const cursorVersion = "1"

// maxMicros is the last microsecond of the year 9999, the end of RFC 3339.
const maxMicros = 253_402_300_799_999_999

const badCursor = "must be a next_cursor of this list"

// encodeCursor returns the cursor of a position in list.
func encodeCursor(list string, p ports.Position) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%s.%d.%d", cursorVersion, list,
		p.CreatedAt.UnixMicro(), p.ID))
}

// decodeCursor is the inverse of encodeCursor. It accepts only what encodeCursor returns for the same list.
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

// cursorRule returns a function that tells what is wrong with a cursor of list, or "".
func cursorRule(list string) func(string) string {
	return func(s string) string {
		if _, ok := decodeCursor(list, s); !ok {
			return badCursor
		}
		return ""
	}
}

// cursorOfAny returns a rule that accepts a cursor of any list whose name begins so, such as any ticket's
// record; the handler, which knows the ticket, checks the rest.
func cursorOfAny(prefix string) func(string) string {
	return func(s string) string {
		raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
		parts := strings.Split(string(raw), ".")
		if err != nil || len(parts) != 4 || !strings.HasPrefix(parts[1], prefix) {
			return badCursor
		}
		return cursorRule(parts[1])(s)
	}
}
