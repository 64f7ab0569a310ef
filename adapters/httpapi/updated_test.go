package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/httpapi/gen/client"
)

func TestTicketsTellWhatAScreenNeeds(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		hour := 0
		a := serve(t, open(t), func(s *setup) {
			wavering(s)
			s.now = func() time.Time { return noon.Add(time.Duration(hour) * time.Hour) }
		})
		made := a.newTicket(t, "fail", nil)
		require.True(t, made.NeedsReview)
		require.True(t, made.Review.IsNull())
		require.Equal(t, noon, made.CreatedAt)
		require.False(t, made.UpdatedAt.Before(noon))
		where := fmt.Sprintf("/tickets/%d", made.Id)

		for _, c := range []struct{ edit, review string }{
			{`{"status":"closed"}`, "null"},
			{`{"confirmed":true}`, `"confirmed"`},
			{`{"category":"technical"}`, `"corrected"`},
			{`{"status":"open"}`, `"corrected"`},
		} {
			hour++
			a.edited(t, made.Id, c.edit)
			body := a.get(t, where).body
			require.JSONEq(t, c.review, member(t, body, "review"), c.edit)
			require.JSONEq(t, fmt.Sprint(c.review == "null"), member(t, body, "needs_review"), c.edit)
			require.JSONEq(t, fmt.Sprintf(`"2026-11-23T%d:00:00.123456Z"`, 12+hour), member(t, body, "updated_at"),
				c.edit)
		}

		hour++
		a.edited(t, made.Id, `{"status":"open"}`)
		require.Equal(t, noon.Add(time.Duration(hour-1)*time.Hour),
			read[client.Ticket](t, a.get(t, where).body).UpdatedAt,
			"an edit that changes nothing")
		list := read[client.TicketPage](t, a.get(t, "/tickets").body)
		require.Equal(t, read[client.Ticket](t, a.get(t, where).body), list.Data[0])
	})
}

func member(t *testing.T, body, name string) string {
	t.Helper()
	return string(read[map[string]json.RawMessage](t, body)[name])
}

func TestTheRecordNamesTheKeyThatDecided(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		s := open(t)
		const key = "helpdesk-key-0123456789"
		a := serve(t, s)
		keyed := serve(t, s, func(s *setup) { s.keys = []httpapi.Key{httpapi.NewKey("helpdesk", key)} })
		id := a.newTicket(t, "billing", nil).Id
		a.edited(t, id, `{"confirmed":true}`)
		edited := keyed.patch(t, id, `{"category":"technical"}`, "Authorization", "Bearer "+key)
		require.Equal(t, http.StatusOK, edited.StatusCode, edited.body)

		var by []string
		for _, e := range read[client.ClassificationPage](t,
			a.get(t, fmt.Sprintf("/tickets/%d/classifications", id)).body).Data {
			name := "null"
			if !e.By.IsNull() {
				name = e.By.MustGet()
			}
			by = append(by, string(e.Source)+" "+name)
		}
		require.Equal(t, []string{"human helpdesk", "human null", "local null"}, by)
	})
}
