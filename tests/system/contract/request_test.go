package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

type pair struct{ name, value string }

// request is one that the contract allows, until it is mutated.
type request struct {
	op     operation
	method string
	path   map[string]string
	query  []pair
	header http.Header
	fields map[string]any // of the body
	spell  func(raw []byte) []byte

	broken map[string]bool // what must be complained about
	vague  bool            // something is wrong with the document, which hides what is wrong in it
	status int             // which it must get; 0: see check
}

// valid makes a request for an operation.
func (g *generator) valid(op operation) *request {
	r := &request{
		op: op, method: op.method, path: map[string]string{}, header: http.Header{}, broken: map[string]bool{},
	}
	ids := []string{"1", "2", "3", "4"}
	if strings.HasPrefix(op.path, "/webhooks") && len(g.hooks) > 0 {
		ids = g.hooks
	}
	for _, p := range op.in("path") {
		r.path[p.Name] = pick(g, append(slices.Clone(ids), words(g.value(p.Name, p.Schema.Value)))...)
	}
	for _, p := range op.in("header") {
		if g.chance(50) {
			r.header.Set(p.Name, words(g.value(p.Name, p.Schema.Value)))
		}
	}
	for _, p := range op.in("query") {
		switch known := g.cursors[r.where()]; {
		case !g.chance(30):
		case p.Name != "cursor":
			r.query = append(r.query, pair{p.Name, words(g.value(p.Name, p.Schema.Value))})
		case len(known) > 0 && !r.has("offset"):
			r.query = append(r.query, pair{p.Name, pick(g, known...)})
		}
	}
	if op.body != nil {
		r.header.Set("Content-Type",
			pick(g, "application/json", "application/json; charset=utf-8", "Application/JSON"))
		r.fields = map[string]any{}
		// In an order of its own, so that a seed means the same requests each time.
		names := slices.Sorted(maps.Keys(op.body.Properties))
		g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			if most := op.body.MaxProps; most != nil && len(r.fields) == int(*most) {
				break
			}
			if slices.Contains(op.body.Required, name) || g.chance(25) || len(r.fields) < int(op.body.MinProps) {
				r.fields[name] = g.value(name, op.body.Properties[name].Value)
			}
		}
	}
	g.Shuffle(len(r.query), func(i, j int) { r.query[i], r.query[j] = r.query[j], r.query[i] })
	return r
}

func (r *request) has(name string) bool {
	return slices.ContainsFunc(r.query, func(p pair) bool { return p.name == name })
}

// where is the path without the query.
func (r *request) where() string {
	path := r.op.path
	for name, value := range r.path {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	return path
}

// body is the document as it is sent.
func (r *request) body() []byte {
	if r.fields == nil {
		return nil
	}
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(len(r.fields)%2 == 0)
	if err := e.Encode(r.fields); err != nil {
		panic(err) // the generator makes nothing that cannot be encoded
	}
	if r.spell != nil {
		return r.spell(raw.Bytes())
	}
	return raw.Bytes()
}

func (r *request) send(ctx context.Context, c *http.Client, at string) (*http.Response, error) {
	out, err := http.NewRequestWithContext(ctx, r.method, at+r.where(), bytes.NewReader(r.body()))
	if err != nil {
		return nil, err
	}
	var query []string
	for _, p := range r.query {
		if p.name == "" {
			query = append(query, p.value) // raw
			continue
		}
		query = append(query, url.QueryEscape(p.name)+"="+url.QueryEscape(p.value))
	}
	out.URL.RawQuery = strings.Join(query, "&")
	out.Header = r.header
	return c.Do(out)
}

func (r *request) String() string {
	return fmt.Sprintf("%s %s %q %q %.2000q, broken: %v", r.method, r.where(), r.query, r.header, r.body(),
		slices.Sorted(maps.Keys(r.broken)))
}
