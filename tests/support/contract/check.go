package contract

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// answer is what one request got.
type answer struct {
	req     *http.Request
	res     *http.Response
	body    []byte
	limited bool
}

// check returns everything in which an answer breaks the contract.
func check(a answer) error {
	c, err := load()
	if err != nil {
		return fmt.Errorf("openapi.yaml cannot be used: %w", err)
	}
	errs := []error{checkRequestID(a), checkChallenge(a), checkLimit(a), checkBodyless(a)}
	if route := c.find(a.req); route != nil {
		note(route.Operation.OperationID, a.res.StatusCode)
		errs = append(errs, checkDescribed(a, route))
	} else {
		errs = append(errs, checkUndescribed(a, c.methods(a.req)))
	}
	if a.res.StatusCode >= http.StatusBadRequest {
		errs = append(errs, checkProblem(a, c.problem))
	}
	return errors.Join(errs...)
}

// checkDescribed compares the answer of an operation with what the contract says about its status.
func checkDescribed(a answer, route *routers.Route) error {
	described := route.Operation.Responses.Status(a.res.StatusCode)
	if described == nil {
		return fmt.Errorf("%s does not know the status %d", route.Operation.OperationID, a.res.StatusCode)
	}
	media, head := mediaType(a.res), a.req.Method == http.MethodHead
	if err := checkMedia(described.Value, media, a); err != nil {
		return err
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: a.req, Route: route},
		Status:                 a.res.StatusCode,
		Header:                 a.res.Header,
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, MultiError: true,
			// Bodies that are no JSON are text; there is nothing in them that a schema could say.
			ExcludeResponseBody: head || media != "application/json" && media != "application/problem+json",
		},
	}
	return openapi3filter.ValidateResponse(a.req.Context(), input.SetBodyBytes(a.body))
}

func checkMedia(described *openapi3.Response, media string, a answer) error {
	if len(described.Content) == 0 {
		if len(a.body) > 0 {
			return fmt.Errorf("status %d has no body, and this one has %d bytes", a.res.StatusCode, len(a.body))
		}
		return nil
	}
	if described.Content[media] == nil { // exactly: no wildcards
		return fmt.Errorf("the content type %q is not described", a.res.Header.Get("Content-Type"))
	}
	if len(a.body) == 0 && a.req.Method != http.MethodHead {
		return errors.New("the body is empty")
	}
	return nil
}

// checkUndescribed checks what the contract leaves to HTTP: unknown routes and methods, OPTIONS, and the
// assets of the docs.
func checkUndescribed(a answer, methods map[string]bool) error {
	asset := isAsset(a.req.URL.Path)
	get := a.req.Method == http.MethodGet || a.req.Method == http.MethodHead
	switch status := a.res.StatusCode; {
	case status == http.StatusTooManyRequests, status == http.StatusUnauthorized:
		return nil
	case status == http.StatusMethodNotAllowed && len(methods) > 0,
		status == http.StatusNoContent && len(methods) > 0 && a.req.Method == http.MethodOptions:
		return checkAllow(a.res.Header.Values("Allow"), methods)
	case status == http.StatusMethodNotAllowed && asset && !get:
		return nil
	case status == http.StatusNotFound && len(methods) == 0, status == http.StatusOK && asset && get:
		return nil
	default:
		return fmt.Errorf("a route or method that is not described gets status %d", status)
	}
}

// checkAllow expects the header to list the methods of the contract, and OPTIONS.
func checkAllow(values []string, methods map[string]bool) error {
	listed := map[string]bool{}
	for m := range strings.SplitSeq(strings.Join(values, ","), ",") {
		listed[strings.TrimSpace(m)] = true
	}
	for m := range methods {
		if !listed[m] {
			return fmt.Errorf("the Allow header %q lacks %s", values, m)
		}
	}
	for m := range listed {
		if !methods[m] && m != http.MethodOptions {
			return fmt.Errorf("the Allow header %q has %q, which the contract does not know there", values, m)
		}
	}
	return nil
}

var wellFormedID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

func checkRequestID(a answer) error {
	ids := a.res.Header.Values("X-Request-Id")
	if len(ids) != 1 || !wellFormedID.MatchString(ids[0]) {
		return fmt.Errorf("there must be one well-formed X-Request-Id, not %q", ids)
	}
	return nil
}

// checkChallenge expects that a client refused for want of a key is told how to send one.
func checkChallenge(a answer) error {
	if how := a.res.Header.Get("WWW-Authenticate"); a.res.StatusCode == http.StatusUnauthorized &&
		!strings.HasPrefix(how, "Bearer ") {
		return fmt.Errorf("WWW-Authenticate must ask for Bearer, not %q", how)
	}
	return nil
}

// checkBodyless expects an answer to HEAD to have no body, and the length of the one that GET has.
func checkBodyless(a answer) error {
	if a.req.Method != http.MethodHead {
		return nil
	}
	if len(a.body) > 0 {
		return errors.New("HEAD is answered with a body")
	}
	_, err := header(a.res, "Content-Length", 1)
	return err
}

func mediaType(res *http.Response) string {
	media, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

// header returns the value of a header that must be given once, as a whole number from low up.
func header(res *http.Response, name string, low int) (int, error) {
	values := res.Header.Values(name)
	if len(values) != 1 {
		return 0, fmt.Errorf("there must be one %s, not %q", name, values)
	}
	n, err := strconv.Atoi(values[0])
	if err != nil || n < low {
		return 0, fmt.Errorf("%s must be a whole number from %d up, not %q", name, low, values[0])
	}
	return n, nil
}
