package contract_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

// judged are the parts of a right request that can be wrong all the same, since only the store knows.
var judged = []string{"createdBy"}

// inWords reports whether the contract says only in words what is right in a field.
func (r *request) inWords(field string) bool {
	switch {
	case strings.HasSuffix(r.op.path, "/events"):
		return slices.Contains([]string{"after", "type", "Last-Event-ID"}, field)
	case strings.HasSuffix(r.op.path, "/replay"):
		return field == "after" || field == "body" && len(r.fields) > int(*r.op.body.MaxProps)
	}
	return strings.HasPrefix(r.op.path, "/webhooks") && field == "url"
}

// check holds an answer against what was sent. That it is described checks the client.
func (f fuzzer) check(r *request, status int, answer []byte) {
	assert.Less(f, status, http.StatusInternalServerError)
	f.checkMarks(status, answer)
	var problem struct {
		Errors []struct{ Field string }
	}
	if status == http.StatusBadRequest {
		require.NoError(f, json.Unmarshal(answer, &problem))
	}
	named := map[string]bool{}
	for _, e := range problem.Errors {
		named[e.Field] = true
	}
	switch {
	case r.method != r.op.method:
		assert.Equal(f, r.status, status)
	case !r.op.strict():
		assert.Equal(f, http.StatusOK, status)
	case r.status != 0:
		assert.Equal(f, r.status, status)
	case r.vague:
		assert.Equal(f, http.StatusBadRequest, status)
	case len(r.broken) > 0:
		assert.Equal(f, http.StatusBadRequest, status)
		f.checkNamed(r, named)
	default:
		for field := range named {
			known := slices.Contains(judged, field) || r.inWords(field)
			assert.True(f, known, "the request is right: %s", answer)
		}
	}
}

// checkNamed wants every broken field to be named, and no other. A cursor and an offset exclude each other,
// which is a complaint too.
func (f fuzzer) checkNamed(r *request, named map[string]bool) {
	for field := range r.broken {
		assert.True(f, named[field], "%s is broken and not named: %v", field, named)
	}
	for field := range named {
		excluded := field == "cursor" && r.has("cursor") && r.has("offset")
		assert.True(f, r.broken[field] || excluded || r.inWords(field), "%s is named and right", field)
	}
}

// checkMarks: no error repeats what was sent, and nothing that was sent as one field is answered as another.
func (f fuzzer) checkMarks(status int, answer []byte) {
	if status >= http.StatusBadRequest {
		assert.NotRegexp(f, mark, string(answer), "an error repeats what was sent")
		return
	}
	var document any
	if json.Unmarshal(answer, &document) == nil {
		f.checkField("", document)
	}
}

func (f fuzzer) checkField(name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for field, v := range value {
			f.checkField(field, v)
		}
	case []any:
		for _, v := range value {
			f.checkField(name, v)
		}
	case string:
		for _, m := range mark.FindAllString(value, -1) {
			assert.Equal(f, f.marks[m], name, "%q was sent as another field", m)
		}
	}
}

// readBack wants a created ticket to be there with its text as it is stored, and its record to tell nothing
// of it.
func (f fuzzer) readBack(r *request, answer []byte) {
	var made struct {
		ID                 int64
		Title, Description string
	}
	require.NoError(f, json.Unmarshal(answer, &made))
	assert.Equal(f, domain.CleanText(r.fields["title"].(string)), made.Title)
	assert.Equal(f, domain.CleanText(r.fields["description"].(string)), made.Description)
	for _, path := range []string{"/tickets/{id}", "/tickets/{id}/classifications"} {
		again := &request{
			op: operation{path: path}, method: http.MethodGet, path: map[string]string{"id": fmt.Sprint(made.ID)},
			header: http.Header{},
		}
		status, body := f.exchange(again)
		require.Equal(f, http.StatusOK, status)
		if path == "/tickets/{id}" {
			assert.JSONEq(f, string(answer), string(body))
			continue
		}
		assert.NotRegexp(f, mark, string(body))
	}
}
