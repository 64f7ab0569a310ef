package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/labstack/echo/v4"

	"ticketd/ports"
	"ticketd/ports/retry"
)

// maxClients bounds the memory of the process's own count to about 20 MB: beyond maxClients, the client
// unseen for longest is forgotten.
const maxClients = 100_000

// RateLimit allows Max requests per Window and client; a Max or Window of 0 turns it off.
type RateLimit struct {
	Window time.Duration
	Max    int
	// Shared counts for all processes together. Where it is nil or fails, the process counts for itself.
	Shared ports.RequestCounter
}

// ownCount counts in this process.
type ownCount struct {
	clock   ports.Clock
	mu      sync.Mutex
	clients *simplelru.LRU[string, window]
}

type window struct {
	count int
	ends  time.Time
}

var _ ports.RequestCounter = (*ownCount)(nil)

func newOwnCount(clock ports.Clock) (*ownCount, error) {
	clients, err := simplelru.NewLRU[string, window](maxClients, nil)
	return &ownCount{clock: clock, clients: clients}, err
}

// CountRequest never fails.
func (o *ownCount) CountRequest(_ context.Context, client string,
	length time.Duration) (int, time.Duration, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.clock.Now()
	w, known := o.clients.Get(client)
	if !known || !now.Before(w.ends) {
		w = window{ends: now.Add(length)}
	}
	w.count++
	o.clients.Add(client, w)
	return w.count, w.ends.Sub(now), nil
}

// limiter counts with Shared while it works, else with own.
type limiter struct {
	RateLimit
	own    *ownCount
	outage *retry.Outage
	// The headers that every answer shares.
	limitHeader, policyHeader []string
}

func newLimiter(limit RateLimit, own *ownCount, log *slog.Logger) *limiter {
	most := strconv.Itoa(limit.Max)
	return &limiter{
		RateLimit: limit, own: own,
		outage: retry.NewOutage(log, "the shared rate limit is away; this process counts for itself",
			"the rate limit is shared again"),
		limitHeader:  []string{most},
		policyHeader: []string{most + ";w=" + strconv.Itoa(wholeSeconds(limit.Window))},
	}
}

func (l *limiter) count(ctx context.Context, client string) (int, time.Duration) {
	if l.Shared != nil {
		n, left, err := l.Shared.CountRequest(ctx, client, l.Window)
		l.outage.Note(ctx, err)
		if err == nil {
			return n, left
		}
	}
	n, left, _ := l.own.CountRequest(ctx, client, l.Window) // never fails
	return n, left
}

// rateLimit refuses requests above the limit, with the headers of draft-ietf-httpapi-ratelimit-headers-06.
// Probes and the documentation are free: opening the page takes several requests, which would be missing for
// trying things out.
func rateLimit(limit RateLimit, trusted proxies, clock ports.Clock,
	log *slog.Logger) (echo.MiddlewareFunc, error) {
	if limit.Max <= 0 || limit.Window <= 0 {
		return func(next echo.HandlerFunc) echo.HandlerFunc { return next }, nil
	}
	own, err := newOwnCount(clock)
	if err != nil {
		return nil, fmt.Errorf("make the rate limit: %w", err)
	}
	l := newLimiter(limit, own, log)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if isProbe(c) || isDocumentation(c) {
				return next(c)
			}
			n, left := l.count(c.Request().Context(), trusted.clientOf(c))
			if err := l.answer(c.Response().Header(), n, left); err != nil {
				return err
			}
			return next(c)
		}
	}, nil
}

// answer sets the headers, spelt as in net/http, and refuses a request above the limit.
func (l *limiter) answer(h http.Header, n int, left time.Duration) error {
	changing := [...]string{strconv.Itoa(max(0, l.Max-n)), strconv.Itoa(wholeSeconds(left))}
	h["Ratelimit-Policy"] = l.policyHeader
	h["Ratelimit-Limit"] = l.limitHeader
	h["Ratelimit-Remaining"] = changing[:1:1]
	h["Ratelimit-Reset"] = changing[1:]
	if n <= l.Max {
		return nil
	}
	h[echo.HeaderRetryAfter] = changing[1:]
	return &httpError{http.StatusTooManyRequests, "rate_limited", fmt.Sprintf(
		"the limit of %d requests in %d seconds is used up; try again in %s seconds", l.Max, wholeSeconds(l.Window),
		changing[1])}
}

func wholeSeconds(d time.Duration) int { return int(math.Ceil(max(0, d).Seconds())) }
