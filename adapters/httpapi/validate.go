package httpapi

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"ticketd/domain"
	"ticketd/ports/spelling"
)

// complaints collects what is wrong with a request: the first complaint of each field.
type complaints map[string]string

func (c complaints) add(field, message string) {
	if _, known := c[field]; !known && message != "" {
		c[field] = message
	}
}

func (c complaints) err() error {
	fields := make([]string, 0, len(c))
	for f := range c {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	var bad domain.FieldErrors
	for _, f := range fields {
		bad.Add(f, c[f])
	}
	return bad.Err()
}

// validate checks a request against the contract before the generated code sees it, and reports all that is
// wrong at once.
func validate(table map[string]*operation) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			op, known := table[c.Request().Method+" "+c.Path()]
			if !known {
				return next(c)
			}
			bad := complaints{}
			for _, p := range op.path {
				bad.add(p.Name, checkParameter(p, c.Param(p.Name), nil))
			}
			checkHeaders(op, c.Request().Header, bad)
			checkQuery(op, c.Request().URL.RawQuery, bad)
			if op.body != nil {
				raw, err := readJSON(c)
				if err != nil {
					return err
				}
				members := checkBody(op, raw, bad)
				c.Request().Body = &body{bytes.NewReader(raw), raw, members}
			} else if c.Request().Method == http.MethodPost {
				if err := checkNoBody(c.Request(), bad); err != nil {
					return err
				}
			}
			if err := bad.err(); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// checkNoBody refuses what a route without a body would ignore. Some clients send an empty object with every
// POST.
func checkNoBody(r *http.Request, bad complaints) error {
	raw, err := io.ReadAll(io.LimitReader(r.Body, firstRead))
	if err != nil {
		return errBodyCut
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil
	}
	members, ok := readMembers(raw)
	if !ok {
		bad.add("body", "must be empty or {}: this route takes none")
	}
	for _, m := range members {
		bad.add(printable(m.name), "is not a field of this request, which has none")
	}
	return nil
}

func checkHeaders(op *operation, sent http.Header, bad complaints) {
	for _, p := range op.headers {
		switch values := sent.Values(p.Name); len(values) {
		case 0:
		case 1:
			bad.add(p.Name, checkParameter(p, values[0], op.rules[p.Name]))
		default:
			bad.add(p.Name, "must be given only once")
		}
	}
}

func checkQuery(op *operation, raw string, bad complaints) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		bad.add("query", "must be a well-formed query string: name=value pairs, joined by &, with valid %-escapes")
	}
	for name, values := range query {
		p, known := op.query[name]
		switch {
		case !known:
			bad.add(printable(name), "is not a parameter of this route"+didYouMean(name, op.query))
		case len(values) > 1:
			bad.add(name, "must be given only once")
		case values[0] == "":
			bad.add(name, "must not be empty; leave it out instead")
		default:
			bad.add(name, checkParameter(p, values[0], op.rules[name]))
		}
	}
	if query.Has("cursor") && query.Has("offset") && op.query["cursor"] != nil {
		bad.add("cursor", "excludes offset: send one of them")
	}
	if op.query["from"] != nil {
		checkPeriod(query, bad)
	}
}

// didYouMean names the one of ours that a client most likely meant, after a complaint.
func didYouMean[T any](name string, ours map[string]T) string {
	meant := spelling.Meant(name, slices.Collect(maps.Keys(ours)))
	if meant == "" {
		return ""
	}
	return "; did you mean " + meant + "?"
}

// printable returns the client's own text in a short and harmless form.
func printable(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(name, "?"))
	if r := []rune(name); len(r) > 64 {
		return string(r[:64]) + "…"
	}
	return name
}
