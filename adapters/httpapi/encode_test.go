package httpapi_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/adapters/httpapi"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// requireSame wants written to be what the generated type encodes: the same members with the same values,
// none missing, repeated or more. Texts may be escaped differently, and times have all their digits.
func requireSame[T any](t *rapid.T, want T, written []byte, err error) {
	require.NoError(t, err)
	require.True(t, jsontext.Value(written).IsValid(), "%s", written)
	var got T
	d := json.NewDecoder(bytes.NewReader(written))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&got), "%s", written)
	require.Equal(t, want, got, "%s", written)
}

func TestEncodingIsThatOfTheContract(t *testing.T) {
	t.Parallel()
	t.Run("for tickets and their pages", func(t *testing.T) {
		t.Parallel()
		ticket := rapid.Just(benchmarkTicket(t, 7)) // its members are checked in apijson
		rapid.Check(t, func(t *rapid.T) {
			p, l := pages().Draw(t, "page"), app.TicketList{Slice: parts(ticket).Draw(t, "slice")}
			l.Total = rapid.Ptr(rapid.IntRange(0, app.MaxCount), true).Draw(t, "total")
			l.TotalIsExact = rapid.Bool().Draw(t, "exact")
			written, err := httpapi.EncodeTicketPage(p, l)
			requireSame(t, generatedTicketPage(p, l), written, err)
		})
	})
	t.Run("for users", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			u := domain.RestoreUser(
				domain.UserID(ids().Draw(t, "id")),
				rapid.String().Draw(t, "name"),
				rapid.String().Draw(t, "email"),
				times().Draw(t, "at"),
			)
			written, err := httpapi.EncodeUser(u)
			requireSame(t, generatedUser(u), written, err)
		})
	})
	t.Run("for the record", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			p, s, id := pages().Draw(t, "page"), parts(entries()).Draw(t, "slice"), ids().Draw(t, "id")
			written, err := httpapi.EncodeRecord(id, p, s)
			requireSame(t, generatedRecord(strconv.FormatInt(id, 10), p, s), written, err)
		})
	})
}

func TestMembersComeInTheOrderOfTheContract(t *testing.T) {
	t.Parallel()
	user, err := httpapi.EncodeUser(domain.RestoreUser(1, "n", "e", time.UnixMicro(0)))
	require.NoError(t, err)
	require.Equal(t, `{"id":1,"name":"n","email":"e","created_at":"1970-01-01T00:00:00.000000Z"}`, string(user))
}

func TestTimesHaveAllTheirDigits(t *testing.T) {
	t.Parallel()
	for micros, want := range map[int64]string{
		0:                 "1970-01-01T00:00:00.000000Z",
		1_500_000:         "1970-01-01T00:00:01.500000Z",
		1_795_441_932_001: "1970-01-21T18:44:01.932001Z",
	} {
		t.Run("as "+want, func(t *testing.T) {
			t.Parallel()
			at := time.UnixMicro(micros).In(time.FixedZone("elsewhere", 3600))
			written, err := httpapi.EncodeUser(domain.RestoreUser(1, "n", "e", at))
			require.NoError(t, err)
			require.Contains(t, string(written), `"created_at":"`+want+`"`)
		})
	}
}

func TestTextsAreEscaped(t *testing.T) {
	t.Parallel()
	name := "\"\\/\n\r\t\b\f\x00\x1f\x7f<>&'\u2028\u2029\ufffd\U0001F600" + strings.Repeat("ä", 1000)
	var got struct{ Name string }
	written, err := httpapi.EncodeUser(domain.RestoreUser(1, name, "e", time.Now()))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(written, &got))
	require.Equal(t, name, got.Name)
}

func ids() *rapid.Generator[int64] { return rapid.Int64Min(1) }

func times() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return time.UnixMicro(rapid.Int64Range(0, 253_402_300_799_999_999).Draw(t, "micros")).UTC()
	})
}

func pages() *rapid.Generator[ports.Page] {
	return rapid.Custom(func(t *rapid.T) ports.Page {
		return ports.Page{
			Limit:  rapid.IntRange(1, 100).Draw(t, "limit"),
			Offset: rapid.IntRange(0, 1<<31-1).Draw(t, "offset"),
		}
	})
}

func parts[T any](item *rapid.Generator[T]) *rapid.Generator[ports.Slice[T]] {
	return rapid.Custom(func(t *rapid.T) ports.Slice[T] {
		s := ports.Slice[T]{Items: rapid.SliceOfN(item, 0, 3).Draw(t, "items")}
		if rapid.Bool().Draw(t, "more") {
			s.Next = &ports.Position{CreatedAt: times().Draw(t, "next"), ID: ids().Draw(t, "id")}
		}
		return s
	})
}

func entries() *rapid.Generator[domain.Classification] {
	return rapid.Custom(func(t *rapid.T) domain.Classification {
		figures, counts := rapid.Ptr(rapid.Float64Range(0, 1), true), rapid.IntMin(0)
		return domain.Classification{
			ID: ids().Draw(
				t,
				"id",
			),
			Source: rapid.SampledFrom(domain.Sources()).Draw(t, "source"),
			Model:  rapid.String().Draw(t, "model"),
			PromptVersion: rapid.String().Draw(
				t,
				"prompt",
			),
			Reason:             rapid.String().Draw(t, "reason"),
			ErrorCode:          rapid.String().Draw(t, "error"),
			By:                 rapid.String().Draw(t, "by"),
			Category:           rapid.SampledFrom(append(domain.Categories(), domain.Category{})).Draw(t, "category"),
			Priority:           rapid.SampledFrom(append(domain.Priorities(), domain.Priority{})).Draw(t, "priority"),
			Confidence:         figures.Draw(t, "confidence"),
			PriorityConfidence: figures.Draw(t, "priority confidence"),
			Attempt: counts.Draw(
				t,
				"attempt",
			),
			InputTokens:  counts.Draw(t, "input"),
			OutputTokens: counts.Draw(t, "output"),
			Latency:      time.Duration(rapid.Int64Min(0).Draw(t, "latency")),
			At:           times().Draw(t, "at"),
		}
	})
}
