package httpapi

import (
	"time"

	"github.com/labstack/echo/v4"
)

// Watcher counts requests. RequestEnded follows every RequestBegan; the route is a template or "unmatched", and a method that HTTP
// does not know is "other", so that clients cannot make values up.
type Watcher interface {
	RequestBegan()
	RequestEnded(route, method string, status int, took time.Duration)
}

// unwatched is for those who count nothing.
type unwatched struct{}

func (unwatched) RequestBegan() {}

func (unwatched) RequestEnded(string, string, int, time.Duration) {}

// watchRequests counts requests, those that end in a panic too.
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
