package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
)

// inner matches words that only insiders should read: of SQL, of Go, of drivers and libraries, of machines.
var inner = regexp.MustCompile(
	`(?i)\b(sqlite|sql:|sqlstate|postgres\w*|pq:|relation "|constraint|insert into|select .* from|` +
		`goroutine|runtime error|panic|nil pointer|\w+\.go\b|strconv|unmarshal\w*|jsontext|encoding/json|` +
		`openapi3\w*|echo|code=\d+|` +
		`context deadline|context canceled|dial tcp|connection refused|broken pipe|EOF|int64|float64)|/(root|` +
		`home|tmp|usr|var|go)/`)

// problem is the error document as a client reads it.
type problem struct {
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	RequestID string `json:"request_id"`
	Errors    *[]struct {
		Field   string `json:"field"`
		Message string `json:"message"`
	} `json:"errors"`
}

// checkProblem expects an error to be one problem document that agrees with its answer and reveals no inner
// detail.
func checkProblem(a answer, schema *openapi3.Schema) error {
	if m := mediaType(a.res); m != "application/problem+json" {
		return fmt.Errorf("an error must be application/problem+json, not %q", m)
	}
	if a.req.Method == http.MethodHead {
		return nil
	}
	if !jsontext.Value(a.body).IsValid() {
		return errors.New("the body is not one JSON document in UTF-8 with each name once")
	}
	var document any
	var p problem
	if err := errors.Join(json.Unmarshal(a.body, &document), json.Unmarshal(a.body, &p)); err != nil {
		return fmt.Errorf("the body is no problem document: %w", err)
	}
	errs := []error{schema.VisitJSON(document, openapi3.MultiErrors(), openapi3.VisitAsResponse())}
	if p.Status != a.res.StatusCode {
		errs = append(errs, fmt.Errorf("the document says status %d, the answer %d", p.Status, a.res.StatusCode))
	}
	if p.Title != http.StatusText(a.res.StatusCode) {
		errs = append(errs, fmt.Errorf("the title %q is not the status in words", p.Title))
	}
	if id := a.res.Header.Get("X-Request-Id"); p.RequestID != id {
		errs = append(errs, fmt.Errorf("the document says request %q, the header %q", p.RequestID, id))
	}
	said := bytes.ReplaceAll(a.body, []byte(p.RequestID), nil) // which is random letters or the client's
	if word := inner.Find(said); word != nil {
		errs = append(errs, fmt.Errorf("the document tells of the inside: %q", word))
	}
	return errors.Join(append(errs, checkFields(p))...)
}

// checkFields expects each broken field once, with a sentence that starts with its name.
func checkFields(p problem) error {
	if p.Errors == nil {
		return nil
	}
	if p.Status != http.StatusBadRequest || len(*p.Errors) == 0 {
		return fmt.Errorf("%d broken fields in a problem of status %d", len(*p.Errors), p.Status)
	}
	seen := map[string]bool{}
	for _, e := range *p.Errors {
		if seen[e.Field] || !strings.HasPrefix(e.Message, e.Field+" ") {
			return fmt.Errorf("the field %q stands there twice, or its message does not begin with it: %q", e.Field,
				e.Message)
		}
		seen[e.Field] = true
	}
	return nil
}
