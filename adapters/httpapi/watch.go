package httpapi

import (
	"time"

	"github.com/labstack/echo/v4"
)

// Watcher counts requests. RequestEnded follows every RequestBegan. The route is a template or "unmatched",
// and a method unknown to HTTP is "other", so that clients cannot create new values.
type Watcher interface {
	RequestBegan()
	RequestEnded(route, method string, status int, took time.Duration)
}

// unwatched counts nothing.
type unwatched struct{}

func (unwatched) RequestBegan() {}

func (unwatched) RequestEnded(string, string, int, time.Duration) {}

// watchRequests counts requests, including those that end in a panic.
func watchRequests(w Watcher) echo.MiddlewareFunc {
	if w == nil {
		w = unwatched{}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			begin := time.Now()
			w.RequestBegan()
			defer func() {
				w.RequestEnded(route(c), knownMethod(c.Request().Method), c.Response().Status, time.Since(begin))
			}()
			return next(c)
		}
	}
}
