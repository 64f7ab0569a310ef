package httpapi_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/ports"
)

func (manyRows) CountTickets(_ context.Context, _ ports.TicketFilter, limit int) (int, bool, error) {
	return limit, false, nil
}

// page is a page of any list.
type page struct {
	Data []struct {
		ID int64 `json:"id"`
	} `json:"data"`
	Pagination client.Pagination `json:"pagination"`
}

func (a *api) page(t *testing.T, path string) page {
	t.Helper()
	res := a.get(t, path)
	require.Equal(t, http.StatusOK, res.StatusCode, res.body)
	var p page
	require.NoError(t, json.Unmarshal([]byte(res.body), &p))
	return p
}

func (p page) ids() []int64 {
	var list []int64
	for _, row := range p.Data {
		list = append(list, row.ID)
	}
	return list
}

// next returns the path of the page after p, or "".
func (p page) next(path string) string {
	if p.Pagination.NextCursor.IsNull() {
		return ""
	}
	return path + "&cursor=" + p.Pagination.NextCursor.MustGet()
}

// walk reads a list page by page, by cursor or by offset, until next_cursor is null.
func (a *api) walk(t *testing.T, path string, limit int, byCursor bool) [][]int64 {
	t.Helper()
	path += fmt.Sprintf("&limit=%d", limit)
	var pages [][]int64
	for at := path; at != ""; {
		p := a.page(t, at)
		require.Equal(t, limit, p.Pagination.Limit)
		pages = append(pages, p.ids())
		at = p.next(path)
		if at != "" && !byCursor {
			at = fmt.Sprintf("%s&offset=%d", path, len(pages)*limit)
		}
	}
	return pages
}

func TestCursorsThatAreRefused(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t), atNoon)
		for i := range 2 {
			a.newTicket(t, "x", nil)
			a.newUser(t, "u", fmt.Sprintf("u%d@example.com", i))
		}
		good := a.page(t, "/tickets?limit=1").Pagination.NextCursor.MustGet()
		ofUsers := a.page(t, "/users?limit=1").Pagination.NextCursor.MustGet()
		plain, err := base64.RawURLEncoding.DecodeString(good)
		require.NoError(t, err)
		parts := strings.Split(string(plain), ".") // version, list, microseconds, id
		require.Len(t, parts, 4)
		forge := func(part int, text string) string {
			forged := append([]string(nil), parts...)
			forged[part] = text
			return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(forged, ".")))
		}
		for name, cursor := range map[string]string{
			"of another list":               ofUsers,
			"cut by a letter":               good[:len(good)-1],
			"cut in half":                   good[:len(good)/2],
			"with a letter too many":        good + "A",
			"with padding":                  good + "=",
			"twice":                         good + good,
			"with a blank":                  "%20" + good,
			"of an old version":             forge(0, "0"),
			"of a version to come":          forge(0, "2"),
			"of a list that nobody knows":   forge(1, "secrets"),
			"before the time":               forge(2, "-1"),
			"after the year 9999":           forge(2, "253402300800000000"),
			"past 64 bits":                  forge(2, "9223372036854775808"),
			"with a time that is no number": forge(2, "now"),
			"with a time that begins by 0":  forge(2, "0"+parts[2]),
			"with id 0":                     forge(3, "0"),
			"with id -1":                    forge(3, "-1"),
			"with id +1":                    forge(3, "+1"),
			"with an id past 64 bits":       forge(3, "9223372036854775808"),
			"with SQL for an id":            forge(3, "1 OR 1=1"),
			"with a part too many":          forge(3, "1.1"),
			"in plain text":                 string(plain),
		} {
			t.Run("one "+name+" is refused", func(t *testing.T) {
				t.Parallel()
				h := query("/tickets?cursor="+cursor, "cursor")
				h.check(t, a.do(t, h.request(t, a)))
			})
		}

		t.Run("a right one beside an offset is refused", func(t *testing.T) {
			t.Parallel()
			for _, offset := range []string{"0", "1"} {
				h := query("/tickets?offset="+offset+"&cursor="+good, "cursor")
				h.check(t, a.do(t, h.request(t, a)))
			}
		})

		t.Run("one whose ticket never was is a place all the same", func(t *testing.T) {
			t.Parallel()
			require.Len(t, a.page(t, "/tickets?cursor="+forge(3, "9223372036854775807")).Data, 2)
			require.Empty(t, a.page(t, "/tickets?cursor="+forge(2, "0")).Data)
		})
	})
}
