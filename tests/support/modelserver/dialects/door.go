package dialects

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"ticketd/tests/support/modelserver"
)

// maxRequest is far above the longest ticket with its prompt.
const maxRequest = 1 << 20

// read lets a request in that has the dialect's address, key and form. Parameters that nobody knows are
// passed over unless a refusal names them.
func (d Dialect) read(r *http.Request) (modelserver.Request, *modelserver.Reply) {
	base, err := url.Parse(d.Base)
	if err != nil {
		panic(err) // a mistake in the catalogue
	}
	if r.Method != http.MethodPost || r.URL.Path != strings.TrimRight(base.Path, "/")+"/chat/completions" ||
		!hasAll(r.URL.Query(), base.Query()) {
		return modelserver.Request{}, new(text(http.StatusNotFound, "404 page not found"))
	}
	if !d.knows(r.Header) {
		return modelserver.Request{}, d.trouble("bad key")
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err != nil {
		return modelserver.Request{}, new(text(http.StatusBadRequest, "cannot read the body"))
	}
	req := modelserver.Request{Raw: raw}
	if err := json.Unmarshal(raw, &req); err != nil || len(req.Messages) == 0 {
		return req, new(text(http.StatusBadRequest, "cannot parse the body"))
	}
	if req.Model != d.Model && !d.AnyModel {
		return req, d.trouble("unknown model")
	}
	for _, refuse := range d.Refusals {
		if said := refuse(req); said != nil {
			return req, said
		}
	}
	return req, d.tooLong(req)
}

func (d Dialect) tooLong(req modelserver.Request) *modelserver.Reply {
	if d.Context == 0 {
		return nil
	}
	answer := d.bound(req)
	if answer == Unlimited {
		answer = 1 // what is left is the answer's
	}
	if req.InputTokens()+answer <= d.Context {
		return nil
	}
	return d.TooLong(req.InputTokens(), answer, d.Context)
}

func hasAll(query, wanted url.Values) bool {
	for name := range wanted {
		if query.Get(name) != wanted.Get(name) {
			return false
		}
	}
	return true
}

func (d Dialect) knows(h http.Header) bool {
	bearer := strings.TrimPrefix(h.Get("Authorization"), "Bearer ")
	switch d.Key {
	case NoKey:
		return true
	case APIKey:
		return h.Get("Api-Key") == modelserver.Key
	case XAPIKey:
		return bearer == modelserver.Key || h.Get("X-Api-Key") == modelserver.Key
	default:
		return bearer == modelserver.Key
	}
}

// trouble is what the server says in a trouble of that name, or 400 in its absence: a server without keys
// refuses none.
func (d Dialect) trouble(name string) *modelserver.Reply {
	for _, t := range d.Troubles {
		if t.Name == name {
			return &t.Reply
		}
	}
	return new(text(http.StatusBadRequest, name))
}
