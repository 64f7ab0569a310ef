package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

// pasted is a ticket from a form with text pasted from a word processor, a mail and a terminal: some
// characters in escapes, some as bytes.
const pasted = "{\"title\":\"Refund\\u000bplease\u2028now\"," +
	"\"description\":\"Total:\\u0085\\u001b[31m40 EUR\\u0007\u2029" +
	"Thanks\\r\\n\\tAnn \u200b\u009c\\u000c\u3164\"}"

func TestTextAsOtherProgramsWriteIt(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))
		created := a.once(t, "k", pasted)
		require.Equal(t, http.StatusCreated, created.StatusCode, created.body)

		t.Run("is stored as what it means", func(t *testing.T) {
			for _, body := range []string{created.body, a.get(t, "/tickets/1").body} {
				ticket := read[client.Ticket](t, body)
				require.Equal(t, "Refund\nplease\nnow", ticket.Title)
				require.Equal(t, "Total:\n [31m40 EUR \nThanks\r\n\tAnn \u200b \n\u3164", ticket.Description)
			}
		})

		t.Run("is found by the words between the breaks", func(t *testing.T) {
			for _, q := range []string{"refund", "please", "now", "31m40", "thanks", "ann", "%22refund+please%22"} {
				require.Equal(t, []int64{1}, a.page(t, "/tickets?q="+q).ids(), q)
			}
			require.Empty(t, a.page(t, "/tickets?q=refundplease").ids())
		})

		t.Run("is the same request in whichever spelling", func(t *testing.T) {
			plain := `{"title":"Refund\nplease\nnow","description":"Total:\n [31m40 EUR \nThanks\r\n\tAnn ` +
				"\u200b \\n\u3164\"}"
			for _, body := range []string{pasted, plain} {
				again := a.once(t, "k", body)
				require.Equal(t, http.StatusCreated, again.StatusCode, again.body)
				require.JSONEq(t, created.body, again.body)
			}
			require.Len(t, a.page(t, "/tickets").Data, 1)
		})

		t.Run("is a name of one line", func(t *testing.T) {
			res := a.do(t, a.request(t, http.MethodPost, "/users",
				"{\"name\":\"Ann\\u0007\u2028Lee\\t\",\"email\":\"ann@example.com\"}"))
			require.Equal(t, http.StatusCreated, res.StatusCode, res.body)
			require.Equal(t, "Ann  Lee ", read[client.User](t, res.body).Name)
		})
	})
}
