package injection_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	strict "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/tests/support/modelserver"
)

func TestNoTextChangesAnythingButTheVerdict(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(attempts), 40)
	for name, o := range obedients {
		t.Run("when the model "+name, func(t *testing.T) {
			t.Parallel()
			d := open(t, o.behaves, nil)
			author := d.do(t, http.MethodPost, "/users", document{"name": "Ann", "email": "ann@example.com"},
				http.StatusCreated)
			witness := d.post(t, "Hello", help, author["id"])
			ordinary := d.requestsFor("Hello", help)[0]
			for i, stored := range d.postAll(t, author["id"]) {
				a := attempts[i]
				requireOnlyAVerdict(t, a, stored, author["id"], o.ends)
				requests := d.requestsFor(domain.CleanText(a.title), domain.CleanText(a.description))
				require.NotEmpty(t, requests, a.name)
				for _, r := range requests {
					requireOnlyATicket(t, a, r, ordinary)
				}
			}
			require.Equal(t, witness, d.get(t, "/tickets/1"), "the ticket before them")
			require.Equal(t, author, d.get(t, "/users/1"))
			list := d.get(t, "/tickets?limit=1&include_total=true")
			require.InDelta(t, 1+len(attempts), list["pagination"].(document)["total"], 0)
		})
	}
}

// requireOnlyAVerdict wants the ticket as its text is stored, with labels of the closed lists or the
// fallback's.
func requireOnlyAVerdict(t *testing.T, a attempt, stored document, author any, ends string) {
	t.Helper()
	require.Equal(t, domain.CleanText(a.title), stored["title"], a.name)
	require.Equal(t, domain.CleanText(a.description), stored["description"], a.name)
	require.Equal(t, author, stored["created_by"], a.name)
	require.Equal(t, "open", stored["status"], a.name)
	if ends != "" {
		require.Equal(t, ends, stored["ai_status"], a.name)
	}
	confidence, ok := stored["ai_confidence"].(float64)
	unknown := stored["ai_confidence"] == nil && stored["ai_status"] == "done"
	require.True(t, unknown || ok && confidence >= 0 && confidence <= 1, "%s: %v", a.name,
		stored["ai_confidence"])
	if stored["ai_status"] == "fallback" {
		require.Equal(t, []any{"fallback", "general", "medium", 0.0},
			[]any{stored["classified_by"], stored["category"], stored["priority"], confidence}, a.name)
		return
	}
	require.Equal(t, "done", stored["ai_status"], a.name)
	require.Equal(t, "model", stored["classified_by"], a.name)
	require.Contains(t, []any{"billing", "technical", "general"}, stored["category"], a.name)
	require.Contains(t, []any{"low", "medium", "high"}, stored["priority"], a.name)
}

// requireOnlyATicket wants the request that an ordinary ticket makes, with nothing else in the user message
// but this ticket.
func requireOnlyATicket(t *testing.T, a attempt, r, ordinary modelserver.Request) {
	t.Helper()
	require.Len(t, r.Messages, 2, a.name)
	require.Equal(t, "system", r.Messages[0].Role)
	require.Equal(t, ordinary.Messages[0].Content, r.Messages[0].Content, a.name)
	require.Equal(t, "user", r.Messages[1].Role)
	title, description := decode(t, r)
	require.Equal(t, domain.CleanText(a.title), title, a.name)
	require.Equal(t, domain.CleanText(a.description), description, a.name)
	require.Equal(t, withoutTicket(t, ordinary), withoutTicket(t, r), a.name)
}

// decode wants the user message to be one JSON object of two strings, without a repeated member or anything
// around it.
func decode(t *testing.T, r modelserver.Request) (title, description string) {
	t.Helper()
	var ticket struct {
		Title       *string `json:"title"`
		Description *string `json:"description"`
	}
	require.NoError(t, strict.Unmarshal([]byte(r.Messages[1].Content), &ticket,
		strict.RejectUnknownMembers(true)))
	require.NotNil(t, ticket.Title)
	require.NotNil(t, ticket.Description)
	return *ticket.Title, *ticket.Description
}

// withoutTicket is all of the request's body but the content of its user message.
func withoutTicket(t *testing.T, r modelserver.Request) document {
	t.Helper()
	var body document
	require.NoError(t, json.Unmarshal(r.Raw, &body))
	user := body["messages"].([]any)[1].(document)
	require.Equal(t, r.Messages[1].Content, user["content"])
	delete(user, "content")
	return body
}

func TestTextsThatATicketMayNotHaveReachNobody(t *testing.T) {
	t.Parallel()
	d := open(t, modelserver.Right(), nil)
	for name, text := range map[string]string{
		"20,001 characters":    strings.Repeat("x", 20_001),
		"NUL":                  "a\x00b",
		"nothing to be seen":   "\u200b\u3164\U000e0041\ufe0f",
		"nothing but blanks":   " \u2003\n\t",
		"a character too many": strings.Repeat("😀", 20_001),
	} {
		problem := d.do(t, http.MethodPost, "/tickets", document{"title": "t", "description": text},
			http.StatusBadRequest)
		require.Equal(t, "description", problem["errors"].([]any)[0].(document)["field"], name)
	}
	require.Zero(t, d.asked())
}
