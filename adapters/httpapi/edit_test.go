package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

const (
	// patience bounds every wait for something that comes soon on an idle machine.
	patience = time.Minute
	tick     = 5 * time.Millisecond
)

// patch sends a PATCH of a ticket; headers come in pairs.
func (a *api) patch(t *testing.T, id int64, body string, headers ...string) response {
	t.Helper()
	r := a.request(t, http.MethodPatch, fmt.Sprintf("/tickets/%d", id), body)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return a.do(t, r)
}

// edited patches a ticket and expects success.
func (a *api) edited(t *testing.T, id int64, body string) client.Ticket {
	t.Helper()
	res := a.patch(t, id, body)
	require.Equal(t, http.StatusOK, res.StatusCode, res.body)
	require.JSONEq(t, res.body, a.get(t, fmt.Sprintf("/tickets/%d", id)).body)
	return read[client.Ticket](t, res.body)
}

func read[T any](t *testing.T, body string) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal([]byte(body), &v), body)
	return v
}

// labels returns a ticket's labels and their origin, for comparison.
func labels(k client.Ticket) string {
	confidence := "none"
	if !k.AiConfidence.IsNull() {
		confidence = fmt.Sprint(k.AiConfidence.MustGet())
	}
	by := client.Source("nobody")
	if !k.ClassifiedBy.IsNull() {
		by = k.ClassifiedBy.MustGet()
	}
	if k.Category.IsNull() {
		return fmt.Sprintf("%s %s nothing", k.Status, k.AiStatus)
	}
	return fmt.Sprintf("%s %s %s %s by %s, %s", k.Status, k.AiStatus, k.Category.MustGet(), k.Priority.MustGet(),
		by, confidence)
}

// The edits start from tickets with these titles: one has a verdict, one the fallback, one waits.
func TestEdits(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		s := open(t)
		done, queued := serve(t, s, wavering), serve(t, s, func(s *setup) { s.queued = true })
		for name, c := range map[string]struct {
			on    *api
			title string
			edits []string
			want  string
		}{
			"closing a classified ticket": {
				done, "billing high", []string{`{"status":"closed"}`}, "closed done billing high by local, 0.75",
			},
			"closing it twice": {
				done, "billing high", []string{`{"status":"closed"}`, `{"status":"closed"}`},
				"closed done billing high by local, 0.75",
			},
			"reopening a closed ticket": {
				done, "billing high", []string{`{"status":"closed"}`, `{"status":"open"}`},
				"open done billing high by local, 0.75",
			},
			"reopening an open ticket": {
				done, "billing high", []string{`{"status":"open"}`}, "open done billing high by local, 0.75",
			},
			"closing a pending ticket": {
				queued, "billing high", []string{`{"status":"closed"}`}, "closed pending nothing",
			},
			"correcting the category": {
				done, "billing high", []string{`{"category":"technical"}`}, "open done technical high by human, none",
			},
			"correcting the priority": {
				done, "billing high", []string{`{"priority":"low"}`}, "open done billing low by human, none",
			},
			"correcting both": {
				done, "billing high", []string{`{"priority":"low","category":"general"}`},
				"open done general low by human, none",
			},
			"correcting to what it is": {
				done, "billing high", []string{`{"category":"billing"}`}, "open done billing high by human, none",
			},
			"correcting one after the other": {
				done, "billing high", []string{`{"category":"general"}`, `{"priority":"medium"}`},
				"open done general medium by human, none",
			},
			"correcting and closing": {
				done, "billing high", []string{`{"category":"general","status":"closed"}`},
				"closed done general high by human, none",
			},
			"correcting a fallback's category": {
				done, "fail", []string{`{"category":"billing"}`}, "open done billing medium by human, none",
			},
			"correcting a fallback's priority": {
				done, "fail", []string{`{"priority":"high"}`}, "open done general high by human, none",
			},
			"correcting a pending ticket's category": {
				queued, "x", []string{`{"category":"billing"}`}, "open done billing medium by human, none",
			},
			"correcting a pending ticket's priority": {
				queued, "x", []string{`{"priority":"high"}`}, "open done general high by human, none",
			},
			"correcting a pending ticket, and both": {
				queued, "x", []string{`{"priority":"high","category":"technical"}`},
				"open done technical high by human, none",
			},
			"confirming a verdict": {
				done, "billing high", []string{`{"confirmed":true}`}, "open done billing high by local, 0.75",
			},
			"confirming it twice": {
				done, "billing high", []string{`{"confirmed":true}`, `{"confirmed":true}`},
				"open done billing high by local, 0.75",
			},
			"confirming and closing": {
				done, "billing high", []string{`{"confirmed":true,"status":"closed"}`},
				"closed done billing high by local, 0.75",
			},
			"confirming a fallback": {
				done, "fail", []string{`{"confirmed":true}`}, "open done general medium by human, none",
			},
			"confirming a person's labels": {
				done, "billing high", []string{`{"category":"general"}`, `{"confirmed":true}`},
				"open done general high by human, none",
			},
			"correcting a pending ticket, confirming": {
				queued, "x", []string{`{"category":"billing"}`, `{"confirmed":true}`},
				"open done billing medium by human, none",
			},
			"confirming with a label, which corrects": {
				done, "billing high", []string{`{"confirmed":true,"priority":"low"}`},
				"open done billing low by human, none",
			},
			"labelling a pending ticket, confirmed": {
				queued, "x", []string{`{"confirmed":true,"category":"billing"}`},
				"open done billing medium by human, none",
			},
		} {
			t.Run(name+" leaves it "+c.want, func(t *testing.T) {
				t.Parallel()
				made := c.on.newTicket(t, c.title, nil)
				now := made
				for _, edit := range c.edits {
					now = c.on.edited(t, made.Id, edit)
				}
				require.Equal(t, c.want, labels(now))
				require.Equal(t, made.Title+made.Description+made.CreatedAt.String(),
					now.Title+now.Description+now.CreatedAt.String())
			})
		}

		t.Run("confirming a pending ticket is a conflict, and nothing of the request is done", func(t *testing.T) {
			t.Parallel()
			made := queued.newTicket(t, "x", nil)
			for _, edit := range []string{`{"confirmed":true}`, `{"confirmed":true,"status":"closed"}`} {
				res := queued.patch(t, made.Id, edit)
				require.Equal(t, http.StatusConflict, res.StatusCode, res.body)
				require.Contains(t, res.body, `"ticket_pending"`)
			}
			require.Equal(t, "open pending nothing",
				labels(read[client.Ticket](t, queued.get(t, fmt.Sprintf("/tickets/%d", made.Id)).body)))
		})
	})
}

// change is a PATCH that must be refused for these fields.
func change(body string, fields ...string) hostile {
	return hostile{method: "PATCH", path: "/tickets/1", body: body, fields: fields}
}

var brokenEdits = map[string]hostile{
	"no field":               change(`{}`, "body"),
	"null":                   change(`null`, "body"),
	"an array":               change(`[{"status":"closed"}]`, "body"),
	"a status of null":       change(`{"status":null}`, "status"),
	"a category of null":     change(`{"category":null,"priority":"low"}`, "category"),
	"a priority of null":     change(`{"priority":null,"status":"closed"}`, "priority"),
	"a confirmation of null": change(`{"confirmed":null}`, "confirmed"),
	"everything null": change(
		`{"status":null,"category":null,"priority":null,"confirmed":null}`, "status", "category", "priority",
		"confirmed"),
	"a status off the list":          change(`{"status":"pending"}`, "status"),
	"an empty status":                change(`{"status":""}`, "status"),
	"a category in capitals":         change(`{"category":"Billing"}`, "category"),
	"a category with a blank":        change(`{"category":"billing "}`, "category"),
	"a priority that is a number":    change(`{"priority":1}`, "priority"),
	"a category in a list":           change(`{"category":["billing"]}`, "category"),
	"a confirmation that is false":   change(`{"confirmed":false}`, "confirmed"),
	"a confirmation in words":        change(`{"confirmed":"true"}`, "confirmed"),
	"a confirmation that is 1":       change(`{"confirmed":1}`, "confirmed"),
	"a title":                        change(`{"title":"t"}`, "title"),
	"a description beside a status":  change(`{"status":"closed","description":"d"}`, "description"),
	"an id":                          change(`{"id":2,"status":"closed"}`, "id"),
	"an ai_status":                   change(`{"ai_status":"done"}`, "ai_status"),
	"a confidence":                   change(`{"ai_confidence":1}`, "ai_confidence"),
	"a status in capitals":           change(`{"Status":"closed"}`, "Status"),
	"a status twice":                 change(`{"status":"open","status":"closed"}`, "status"),
	"a document that ends too early": change(`{"status":"closed"`, "body"),
	"two documents":                  change(`{"status":"closed"}{}`, "body"),
	"two wrong fields and an unknown one": change(`{"status":"x","priority":"x","x":"x"}`, "status", "priority",
		"x"),
	"a parameter": {
		method: "PATCH", path: "/tickets/1?force=true", body: `{"status":"closed"}`, fields: []string{"force"},
	},
	"a bad id": {method: "PATCH", path: "/tickets/1.0", body: `{"status":"closed"}`, fields: []string{"id"}},
	"a bad id, tag, parameter and field": {method: "PATCH", path: "/tickets/0?x=1", body: `{"status":"x"}`,
		header: http.Header{"If-Match": {"x"}}, fields: []string{"id", "x", "status", "If-Match"}},
	"a ticket past the last row": {
		method: "PATCH", path: "/tickets/9223372036854775807", body: `{"status":"closed"}`, status: 404,
		code: "ticket_not_found",
	},
	"no body": {method: "PATCH", path: "/tickets/1", status: 415, code: "unsupported_media_type"},
	"a merge patch": {method: "PATCH", path: "/tickets/1", body: `{"status":"closed"}`,
		header: http.Header{
			"Content-Type": {"application/merge-patch+json"},
		}, status: 415, code: "unsupported_media_type"},
	"a body of 300 KiB": {
		method: "PATCH", path: "/tickets/1", body: tooLarge.bytes(300 << 10).body, status: 413,
		code: "body_too_large",
	},
}

func TestEditsThatAreRefused(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))
		made := a.newTicket(t, "billing", nil)
		require.EqualValues(t, 1, made.Id)
		t.Run("each", func(t *testing.T) {
			for name, h := range brokenEdits {
				t.Run("one with "+name, func(t *testing.T) {
					t.Parallel()
					h.check(t, a.do(t, h.request(t, a)))
				})
			}
		})
		res := a.get(t, "/tickets/1")
		require.Equal(t, made, read[client.Ticket](t, res.body), "something was changed all the same")
		require.Equal(t, `"2"`, res.Header.Get("ETag"), "something was saved all the same")
	})
}
