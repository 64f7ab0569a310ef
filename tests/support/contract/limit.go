package contract

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// checkLimit expects the headers of the rate limit all together or not at all, agreeing with each other, and
// Retry-After if the client has to wait.
func checkLimit(a answer) error {
	errs := []error{checkRetryAfter(a)}
	given := 0
	for _, name := range []string{
		"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy",
	} {
		given += len(a.res.Header.Values(name))
	}
	wanted := a.limited && !isFree(a.req) || a.res.StatusCode == http.StatusTooManyRequests
	switch {
	case given > 0 && isFree(a.req):
		errs = append(errs, errors.New("probes and docs are not limited, but this answer has RateLimit headers"))
	case given > 0 || wanted:
		errs = append(errs, checkFigures(a.res))
	}
	return errors.Join(errs...)
}

// isFree reports whether a request is a probe or for what explains the API.
func isFree(r *http.Request) bool {
	switch r.URL.Path {
	case "/healthz", "/readyz", "/metrics", "/", "/docs", "/docs.json", "/openapi.yaml", "/board":
		return true
	}
	return isAsset(r.URL.Path)
}

// isAsset reports whether a path is that of a page's file, which the contract leaves out.
func isAsset(path string) bool {
	return strings.HasPrefix(path, "/docs/") || strings.HasPrefix(path, "/board/")
}

func checkRetryAfter(a answer) error {
	switch a.res.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		_, err := header(a.res, "Retry-After", 1)
		return err
	}
	return nil
}

func checkFigures(res *http.Response) error {
	limit, err1 := header(res, "RateLimit-Limit", 1)
	left, err2 := header(res, "RateLimit-Remaining", 0)
	_, err3 := header(res, "RateLimit-Reset", 0)
	errs := []error{err1, err2, err3}
	if left >= limit && err1 == nil && err2 == nil {
		errs = append(errs, fmt.Errorf("after a request at most %d are left, not %d", limit-1, left))
	}
	if res.StatusCode == http.StatusTooManyRequests && left != 0 {
		errs = append(errs, fmt.Errorf("429, and %d requests are left", left))
	}
	var ofPolicy, window int
	policy := res.Header.Get("RateLimit-Policy")
	if _, err := fmt.Sscanf(policy, "%d;w=%d", &ofPolicy, &window); err != nil || ofPolicy != limit ||
		window < 1 {
		errs = append(errs, fmt.Errorf("RateLimit-Policy must be %d;w=SECONDS, not %q", limit, policy))
	}
	return errors.Join(errs...)
}
