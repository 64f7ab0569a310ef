package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

func TestEntityTags(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("change with every edit and every classification, and not with reading", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			id := a.newTicket(t, "billing", nil).Id
			where := fmt.Sprintf("/tickets/%d", id)
			seen := map[string]bool{a.get(t, where).Header.Get("ETag"): true}
			for i, edit := range []string{`{"status":"closed"}`, `{"category":"technical"}`, `{"confirmed":true}`} {
				res := a.patch(t, id, edit)
				tag := res.Header.Get("ETag")
				require.Regexp(t, `^"[!-~]+"$`, tag)
				require.Equal(t, tag, a.get(t, where).Header.Get("ETag"))
				require.Equal(t, tag, a.get(t, where).Header.Get("ETag"))
				seen[tag] = true
				require.Len(t, seen, i+2)
			}
			_, err := a.ClassifyTicketWithResponse(t.Context(), id)
			require.NoError(t, err)
			require.NotContains(t, seen, a.get(t, where).Header.Get("ETag"))
		})

		t.Run("name the version in every answer with the ticket, and so has a list's row", func(t *testing.T) {
			t.Parallel()
			for _, queued := range []bool{false, true} {
				a := serve(t, open(t), func(s *setup) { s.queued = queued })
				created := a.once(t, "k", titled(`"billing"`))
				where := created.Header.Get("Location")
				id := read[client.Ticket](t, created.body).Id
				row := func() client.Ticket {
					return read[client.TicketPage](t, a.get(t, "/tickets").body).Data[0]
				}
				agree := func(answers ...response) {
					for _, res := range answers {
						require.Equal(t, fmt.Sprintf(`"%d"`, row().Version), res.Header.Get("ETag"), res.body)
						require.Equal(t, row(), read[client.Ticket](t, res.body))
					}
				}
				agree(created, a.once(t, "k", titled(`"billing"`)), a.get(t, where))
				agree(a.do(t, a.request(t, http.MethodPost, where+"/classify", "")), a.get(t, where))
				agree(a.patch(t, id, `{"category":"technical"}`), a.once(t, "k", titled(`"billing"`)))
				tag := fmt.Sprintf(`"%d"`, row().Version)
				require.Equal(t, http.StatusOK, a.patch(t, id, `{"status":"closed"}`, "If-Match", tag).StatusCode)
				require.Equal(t, http.StatusPreconditionFailed,
					a.patch(t, id, `{"status":"open"}`, "If-Match", tag).StatusCode)
			}
		})

		t.Run("change when the creator is deleted, who is part of what they name", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			owner := a.newUser(t, "Ann", "ann@example.com").Id
			where := fmt.Sprintf("/tickets/%d", a.newTicket(t, "billing", &owner).Id)
			before := a.get(t, where).Header.Get("ETag")
			require.Equal(t, http.StatusNoContent,
				a.do(t, a.request(t, http.MethodDelete, fmt.Sprintf("/users/%d", owner), "")).StatusCode)
			require.NotEqual(t, before, a.get(t, where).Header.Get("ETag"))
		})

		t.Run("stay when an edit changes nothing", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			id := a.newTicket(t, "billing", nil).Id
			closed := a.patch(t, id, `{"status":"closed"}`)
			require.Equal(t, closed.Header.Get("ETag"), a.patch(t, id, `{"status":"closed"}`).Header.Get("ETag"))
		})

		t.Run("that nobody names let sixty edit at once", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			id := a.newTicket(t, "billing", nil).Id
			requests := make([]*http.Request, 60)
			for i := range requests {
				requests[i] = a.request(t, http.MethodPatch, fmt.Sprintf("/tickets/%d", id), `{"category":"technical"}`)
			}
			answers := a.together(requests)
			for range requests {
				res := <-answers
				require.NoError(t, res.err)
				require.Equal(t, http.StatusOK, res.StatusCode, res.body)
			}
		})

		t.Run("let one of twenty who edit at once through, and tell the others", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			id := a.newTicket(t, "billing", nil).Id
			requests := make([]*http.Request, 20)
			for i := range requests {
				requests[i] = a.request(t, http.MethodPatch, fmt.Sprintf("/tickets/%d", id), `{"category":"technical"}`)
				requests[i].Header.Set("If-Match", `"2"`)
			}
			statuses := map[int]int{}
			answers := a.together(requests)
			for range requests {
				res := <-answers
				require.NoError(t, res.err)
				statuses[res.StatusCode]++
			}
			require.Equal(t, map[int]int{http.StatusOK: 1, http.StatusPreconditionFailed: 19}, statuses)
			require.Len(t, a.page(t, fmt.Sprintf("/tickets/%d/classifications", id)).Data, 2,
				"the verdict and one correction")
		})

		t.Run("go with a missing ticket as without them", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			for _, tag := range []string{"*", `"1"`} {
				require.Equal(t, http.StatusNotFound, a.patch(t, 77, `{"status":"closed"}`, "If-Match", tag).StatusCode)
			}
		})
	})
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))
		for name, c := range map[string]struct {
			tag    string
			status int
		}{
			"the ticket's":                     {`"2"`, 200},
			"anything":                         {"*", 200},
			"anything between blanks":          {" \t* ", 200},
			"a list with the ticket's":         {`"7", "2"`, 200},
			"a list with it and a weak one":    {`W/"7","x" , "2"`, 200},
			"a list of foreign ones and it":    {`"a,b","2"`, 200},
			"a list with empty elements":       {`, "7",, "2" ,`, 200},
			"an older one":                     {`"1"`, 412},
			"one to come":                      {`"3"`, 412},
			"a list of others":                 {`"1", "3"`, 412},
			"the ticket's, weakened":           {`W/"2"`, 200},
			"the ticket's from Apache":         {`"2-gzip"`, 200},
			"the ticket's from Jetty":          {`"2--gzip"`, 200},
			"the ticket's with a semicolon":    {`"2;gzip"`, 200},
			"the ticket's in Brotli":           {`"2-br"`, 200},
			"the ticket's in Zstandard":        {`"2-zstd"`, 200},
			"the ticket's, weak and in gzip":   {`W/"2-gzip"`, 200},
			"the ticket's through two proxies": {`W/"2-gzip;br"`, 200},
			"a list with it in gzip":           {`"1-gzip", W/"2-gzip"`, 200},
			"an older one, weakened":           {`W/"1"`, 412},
			"an older one in gzip":             {`"1-gzip"`, 412},
			"a list of older ones in gzip":     {`W/"1-gzip", "1--gzip", "1;br"`, 412},
			"one with another ending":          {`"2-zip"`, 412},
			"one with an ending before it":     {`"gzip-2"`, 412},
			"one with no ending":               {`"2-"`, 412},
			"one with an ending of its own":    {`"2gzip"`, 412},
			"an ending alone":                  {`"-gzip"`, 412},
			"one past 64 bits in gzip":         {`"18446744073709551618-gzip"`, 412},
			"a foreign one":                    {`"abc"`, 412},
			"an empty one":                     {`""`, 412},
			"a foreign one that has it inside": {`"1,2"`, 412},
			"a foreign one that is a list":     {`"2,2"`, 412},
			"one that reads like the number":   {`"+2"`, 412},
			"one that begins with a nought":    {`"02"`, 412},
			"one with a blank's escape":        {`"2%20"`, 412},
			"one past 64 bits":                 {`"18446744073709551618"`, 412},
			"a star in quotes":                 {`"*"`, 412},
			"one as long as may be":            {`"` + strings.Repeat("2", 998) + `"`, 412},
			"nothing":                          {"", 400},
			"empty elements only":              {",", 400},
			"a number without quotes":          {"2", 400},
			"one quote":                        {`"2`, 400},
			"a quote too many":                 {`"2""`, 400},
			"a blank within":                   {`"2 2"`, 400},
			"a weak one in a small letter":     {`w/"2"`, 400},
			"a star in a list":                 {`*, "2"`, 400},
			"two without a comma":              {`"1" "2"`, 400},
			"a letter above ASCII":             {`"ä"`, 400},
			"one that is too long":             {`"` + strings.Repeat("2", 999) + `"`, 400},
		} {
			t.Run(fmt.Sprintf("of %s is %d", name, c.status), func(t *testing.T) {
				t.Parallel()
				id := a.newTicket(t, "billing", nil).Id
				res := a.patch(t, id, `{"status":"closed"}`, "If-Match", c.tag)
				require.Equal(t, c.status, res.StatusCode, res.body)
				now := read[client.Ticket](t, a.get(t, fmt.Sprintf("/tickets/%d", id)).body)
				require.Equal(t, c.status == http.StatusOK, now.Status == client.StatusClosed)
				switch c.status {
				case http.StatusPreconditionFailed:
					require.Contains(t, res.body, `"version_stale"`)
				case http.StatusBadRequest:
					hostile{method: "PATCH", fields: []string{"If-Match"}}.check(t, res)
				}
			})
		}

		t.Run("given twice is refused", func(t *testing.T) {
			t.Parallel()
			id := a.newTicket(t, "billing", nil).Id
			res := a.patch(t, id, `{"status":"closed"}`, "If-Match", `"2"`, "If-Match", `"2"`)
			hostile{method: "PATCH", fields: []string{"If-Match"}}.check(t, res)
		})
	})
}
