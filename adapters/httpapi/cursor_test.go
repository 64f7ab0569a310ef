package httpapi_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/ports"
)

// FuzzCursor: decoding never panics and accepts nothing but what encoding returns.
func FuzzCursor(f *testing.F) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)
	good := httpapi.EncodeCursor("tickets", ports.Position{CreatedAt: at, ID: 42})
	for _, s := range []string{
		good, good + "=", good[:len(good)-1], "", "MS50aWNrZXRzLjAuMA", "....", "\xff", good + "\n",
	} {
		f.Add("tickets", s)
	}
	f.Add("classifications-7", httpapi.EncodeCursor("classifications-7", ports.Position{CreatedAt: at, ID: 1}))
	f.Fuzz(func(t *testing.T, list, cursor string) {
		p, ok := httpapi.DecodeCursor(list, cursor)
		if !ok {
			return
		}
		require.Equal(t, cursor, httpapi.EncodeCursor(list, p))
		require.Positive(t, p.ID)
		require.Equal(t, time.UTC, p.CreatedAt.Location())
		require.True(t, p.CreatedAt.Year() >= 1970 && p.CreatedAt.Year() <= 9999)
		_, other := httpapi.DecodeCursor(list+"s", cursor)
		require.False(t, other, "a cursor of another list")
	})
}

// FuzzCursorText is FuzzCursor below the encoding, where it finds more.
func FuzzCursorText(f *testing.F) {
	for _, s := range []string{
		"1.tickets.1795435200123456.42", "1.tickets.0.1", "2.tickets.0.1", "1.tickets.-1.1", "1.tickets.00.1",
		"1.tickets.0.+1", "1.tickets.0.1.1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cursor := base64.RawURLEncoding.EncodeToString([]byte(text))
		if p, ok := httpapi.DecodeCursor("tickets", cursor); ok {
			require.Equal(t, cursor, httpapi.EncodeCursor("tickets", p))
		}
	})
}

// FuzzPosition: every position that a row can have survives encoding and decoding.
func FuzzPosition(f *testing.F) {
	f.Add("tickets", int64(0), int64(1))
	f.Add("users", int64(253_402_300_799_999_999), int64(1<<63-1))
	f.Add("classifications-9223372036854775807", int64(1_795_435_200_123_456), int64(42))
	f.Fuzz(func(t *testing.T, list string, micros, id int64) {
		p := ports.Position{CreatedAt: time.UnixMicro(micros).UTC(), ID: id}
		back, ok := httpapi.DecodeCursor(list, httpapi.EncodeCursor(list, p))
		lasting := micros >= 0 && micros <= 253_402_300_799_999_999 && id >= 1 && !strings.Contains(list, ".")
		require.Equal(t, lasting, ok, "%q %d %d", list, micros, id)
		if ok {
			require.Equal(t, p, back)
		}
	})
}
