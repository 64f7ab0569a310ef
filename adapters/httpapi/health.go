package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"ticketd/adapters/httpapi/gen"
	"ticketd/domain"
)

// readyTime bounds a readiness check.
const readyTime = 2 * time.Second

// notReady says to anybody which check failed, and why only as far as that is meant for anybody.
func notReady(check string, err error) error {
	reason := "it is out of reach"
	if known, ok := errors.AsType[*domain.Error](err); ok {
		reason = known.Message
	}
	no := &domain.Error{
		Kind: domain.KindUnavailable, Code: "not_ready", Message: "not ready: " + check + ": " + reason,
	}
	return no.With(err)
}

// Check tests one thing that must work for the process to serve.
type Check struct {
	Name string
	Ping func(ctx context.Context) error
}

// GetHealth serves GET /healthz: the process lives, whatever the state of the servers that it needs.
func (s *server) GetHealth(context.Context, gen.GetHealthRequestObject) (gen.GetHealthResponseObject, error) {
	return gen.GetHealth200JSONResponse{Body: gen.Health{Status: gen.HealthStatusOk}}, nil
}

// GetReadiness serves GET /readyz.
func (s *server) GetReadiness(ctx context.Context,
	_ gen.GetReadinessRequestObject) (gen.GetReadinessResponseObject, error) {
	if err := ready(ctx, s.checks); err != nil {
		return nil, err
	}
	return gen.GetReadiness200JSONResponse{Body: gen.Health{Status: gen.HealthStatusOk}}, nil
}

func ready(ctx context.Context, checks []Check) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	for _, c := range checks {
		if err := c.Ping(ctx); err != nil {
			return notReady(c.Name, err)
		}
	}
	return nil
}

// NewProbes returns a handler for /healthz, /readyz, /metrics and, if wanted, /debug/pprof only, for a
// process without an API.
func NewProbes(checks []Check, metrics http.Handler, profiles bool, log *slog.Logger) http.Handler {
	return answerHead(probes(checks, metrics, profiles, log))
}

// NewWaiting returns the handler of a process that waits for what it needs: probes, and 503 for all else.
func NewWaiting(needed Check, metrics http.Handler, log *slog.Logger) http.Handler {
	e := probes([]Check{needed}, metrics, false, log)
	e.RouteNotFound("/*", func(c echo.Context) error { return ready(c.Request().Context(), []Check{needed}) })
	return answerHead(e)
}

func probes(checks []Check, metrics http.Handler, profiles bool, log *slog.Logger) *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = errorHandler(log)
	e.Use(withRequestID, logRequests(log), recoverPanics)
	ok := gen.Health{Status: gen.HealthStatusOk}
	routes := readable{e}
	routes.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, ok) })
	routes.GET("/readyz", func(c echo.Context) error {
		if err := ready(c.Request().Context(), checks); err != nil {
			return err
		}
		return c.JSON(http.StatusOK, ok)
	})
	routes.GET("/metrics", echo.WrapHandler(metrics))
	if profiles {
		mountProfiles(routes)
	}
	return e
}
