package httpapi

import (
	"time"

	"github.com/labstack/echo/v4"
)

// RequestMeter counts requests. RequestEnded follows every RequestBegan. The route is a template or
// "unmatched", and a method unknown to HTTP is "other", so that clients cannot create new values.
type RequestMeter interface {
	RequestBegan()
	RequestEnded(route, method string, status int, took time.Duration)
}

// noRequestMeter counts nothing.
type noRequestMeter struct{}

func (noRequestMeter) RequestBegan() {}

func (noRequestMeter) RequestEnded(string, string, int, time.Duration) {}

// countRequests counts requests, including those that end in a panic.
func countRequests(m RequestMeter) echo.MiddlewareFunc {
	if m == nil {
		m = noRequestMeter{}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			begin := time.Now()
			m.RequestBegan()
			defer func() {
				m.RequestEnded(route(c), knownMethod(c.Request().Method), recordedStatus(c), time.Since(begin))
			}()
			return next(c)
		}
	}
}
