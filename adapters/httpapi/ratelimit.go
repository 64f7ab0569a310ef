package httpapi

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"ticketd/ports"
)

// RateLimit allows Max requests per Window and client; a Max or Window of 0 turns it off.
type RateLimit struct {
	Window time.Duration
	Max    int
}

// windows counts requests in fixed windows that begin with a client's first request.
type windows struct {
	limit RateLimit
	clock ports.Clock

	mu      sync.Mutex
	clients map[string]window
	sweepAt time.Time
}

type window struct {
	count int
	ends  time.Time
}

// take counts one request of client and returns how many are left, below zero for one too many, and when the window ends.
func (w *windows) take(client string) (left int, ends time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock.Now()
	w.sweep(now)
	entry, known := w.clients[client]
	if !known || !now.Before(entry.ends) {
		entry = window{ends: now.Add(w.limit.Window)}
	}
	entry.count++
	w.clients[client] = entry
	return w.limit.Max - entry.count, entry.ends
}

// sweep forgets, once a window, the clients whose window is over.
func (w *windows) sweep(now time.Time) {
	if now.Before(w.sweepAt) {
		return
	}
	for client, entry := range w.clients {
		if !now.Before(entry.ends) {
			delete(w.clients, client)
		}
	}
	w.sweepAt = now.Add(w.limit.Window)
}

// rateLimit refuses what exceeds the limit, with the headers of draft-ietf-httpapi-ratelimit-headers-06. Probes are free.
func rateLimit(limit RateLimit, clock ports.Clock) echo.MiddlewareFunc {
	w := &windows{limit: limit, clock: clock, clients: map[string]window{}}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if limit.Max <= 0 || limit.Window <= 0 {
			return next
		}
		seconds := int(math.Ceil(limit.Window.Seconds()))
		policy := fmt.Sprintf("%d;w=%d", limit.Max, seconds)
		return func(c echo.Context) error {
			if isProbe(c) {
				return next(c)
			}
			left, ends := w.take(c.RealIP())
			reset := strconv.Itoa(int(math.Ceil(max(0, ends.Sub(clock.Now())).Seconds())))
			h := c.Response().Header()
			h.Set("RateLimit-Policy", policy)
			h.Set("RateLimit-Limit", strconv.Itoa(limit.Max))
			h.Set("RateLimit-Remaining", strconv.Itoa(max(0, left)))
			h.Set("RateLimit-Reset", reset)
			if left >= 0 {
				return next(c)
			}
			h.Set(echo.HeaderRetryAfter, reset)
			return &httpError{http.StatusTooManyRequests, "rate_limited",
				fmt.Sprintf("the limit of %d requests in %d seconds is used up; try again in %s seconds", limit.Max, seconds, reset)}
		}
	}
}
