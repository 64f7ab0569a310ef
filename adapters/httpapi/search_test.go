package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		st := open(t)
		a := serve(t, st)
		for _, title := range []string{
			"Card charged twice", "Refund my card", "Straße & Café", "Login with ann@example.com", "東京都",
		} {
			a.newTicket(t, title, nil)
		}
		closeTicket(t, st, 2)
		for q, want := range map[string][]int64{
			"card":                         {2, 1},
			"CARD -refund":                 {1},
			`"charged twice"`:              {1},
			`"twice charged"`:              nil,
			"-card":                        {5, 4, 3},
			"strasse CAFE":                 {3},
			"ann@example.com":              {4},
			"東京":                           {5},
			`"card`:                        {2, 1},
			"' OR 1=1 --":                  nil,
			"card%' --":                    {2, 1},
			strings.Repeat("é", 200):       nil,
			strings.Repeat("𝔞 ", 20):       nil,
			"card,":                        {2, 1},
			"card & twice | \\' : * ( ) !": {1},
		} {
			require.Equal(t, want, a.page(t, "/tickets?q="+url.QueryEscape(q)).ids(), q)
		}
		t.Run("goes with filters, pages and totals", func(t *testing.T) {
			require.Equal(t, []int64{2}, a.page(t, "/tickets?q=card&status=closed").ids())
			first := read[client.TicketPage](t, a.get(t, "/tickets?q=card&limit=1&include_total=true").body)
			require.Equal(t, 2, first.Pagination.Total.MustGet())
			require.True(t, first.Pagination.TotalIsExact.MustGet())
			require.Equal(t, []int64{1},
				a.page(t, "/tickets?q=card&limit=1&cursor="+first.Pagination.NextCursor.MustGet()).ids())
			require.Equal(t, []int64{1}, a.page(t, "/tickets?q=card&limit=1&offset=1").ids())
			require.Empty(t, a.page(t, "/tickets?q=card&offset=2147483647").ids())
		})
	})
}

func TestBadSearchesAreRefusedByName(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	for name, h := range map[string]hostile{
		"nothing":              query("/tickets?q=", "q"),
		"only punctuation":     query("/tickets?q=%22%22+-+!%3F", "q"),
		"only an emoji":        query("/tickets?q=%F0%9F%91%8D", "q"),
		"201 letters":          query("/tickets?q="+strings.Repeat("a", 201), "q"),
		"201 wide letters":     query("/tickets?q="+url.QueryEscape(strings.Repeat("é", 201)), "q"),
		"21 words":             query("/tickets?q="+strings.Repeat("a+", 21), "q"),
		"no UTF-8":             query("/tickets?q=a%ff", "q"),
		"twice":                query("/tickets?q=a&q=b", "q"),
		"beside other faults":  query("/tickets?q=!&limit=0&status=x&cursor=abc", "q", "limit", "status", "cursor"),
		"in another list":      query("/users?q=a", "q"),
		"under a similar name": query("/tickets?query=a", "query"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.check(t, a.do(t, h.request(t, a)))
		})
	}
	t.Run("it says what to do", func(t *testing.T) {
		t.Parallel()
		res := a.get(t, "/tickets?q=%3F")
		require.Equal(t, http.StatusBadRequest, res.StatusCode)
		require.Contains(t, res.body, "must contain a letter or a digit to search for")
	})
}
