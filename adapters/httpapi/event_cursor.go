package httpapi

import (
	"encoding/base64"
	"fmt"

	"ticketd/ports"
)

const badEventCursor = "must be a cursor of the events"

// encodeEventCursor returns the cursor of a place in the log of events.
func encodeEventCursor(p ports.EventPosition) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.events.%d.%d.%d", cursorVersion, p.Era, p.Tx,
		p.ID))
}

// decodeEventCursor is the inverse of encodeEventCursor. It accepts only what that returns.
func decodeEventCursor(s string) (p ports.EventPosition, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return ports.EventPosition{}, false
	}
	_, err = fmt.Sscanf(string(raw), cursorVersion+".events.%d.%d.%d", &p.Era, &p.Tx, &p.ID)
	if err != nil || p.Era < 0 || p.Tx < 0 || p.ID < 0 || encodeEventCursor(p) != s {
		return ports.EventPosition{}, false
	}
	return p, true
}

func checkEventCursor(s string) string {
	if _, ok := decodeEventCursor(s); !ok {
		return badEventCursor
	}
	return ""
}
