package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNullIsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	a.newTicket(t, "billing", nil)
	const advice = " must not be null; leave the field out instead"
	for _, c := range []struct{ method, path, body, says string }{
		{"POST", "/tickets", `{"title":"t","description":"d","createdBy":null}`, "createdBy" + advice},
		{"PATCH", "/tickets/1", `{"status":null}`, "status" + advice},
		{"PATCH", "/tickets/1", `{"status":"closed","category":null}`, "category" + advice},
		{"PATCH", "/tickets/1", `{"priority":null}`, "priority" + advice},
		{"PATCH", "/tickets/1", `{"confirmed":null}`, "confirmed" + advice},
		{"POST", "/tickets", `{"title":null,"description":"d"}`, `"detail":"title must not be null"`},
	} {
		t.Run(c.method+" "+c.body, func(t *testing.T) {
			t.Parallel()
			res := a.do(t, a.request(t, c.method, c.path, c.body))
			require.Equal(t, http.StatusBadRequest, res.StatusCode)
			require.Contains(t, res.body, c.says)
		})
	}
}
