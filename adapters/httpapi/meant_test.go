package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNamesThatWereProbablyMeantAreSaid(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	for _, c := range []struct{ method, path, body, says string }{
		{
			"POST", "/tickets", `{"title":"t","description":"d","created_by":1}`,
			`created_by is not a field of this request; did you mean createdBy?"`,
		},
		{"POST", "/tickets", `{"Title":"t","description":"d"}`, "; did you mean title?"},
		{"POST", "/tickets", `{"title":"t","descripton":"d"}`, "; did you mean description?"},
		{"POST", "/tickets", `{"title":"t","description":"d","hue":1}`, `hue is not a field of this request"`},
		{"POST", "/users", `{"name":"n","e-mail":"a@b.example"}`, "; did you mean email?"},
		{"PATCH", "/tickets/1", `{"prioriy":"low"}`, "; did you mean priority?"},
		{
			"GET", "/tickets?createdBy=1", "",
			`createdBy is not a parameter of this route; did you mean created_by?"`,
		},
		{"GET", "/tickets?aiStatus=done", "", "; did you mean ai_status?"},
		{"GET", "/tickets?Q=x", "", "; did you mean q?"},
		{"GET", "/tickets?page=2", "", `page is not a parameter of this route"`},
	} {
		t.Run(c.method+" "+c.path+" "+c.body, func(t *testing.T) {
			t.Parallel()
			res := a.do(t, a.request(t, c.method, c.path, c.body))
			require.Equal(t, http.StatusBadRequest, res.StatusCode)
			require.Contains(t, res.body, c.says)
		})
	}
}
