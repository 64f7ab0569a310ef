package httpapi

import (
	"context"
	"fmt"
	"time"

	"ticketd/adapters/httpapi/gen"
	"ticketd/domain"
)

// readyTime bounds one readiness check.
const readyTime = 2 * time.Second

var errNotReady = &domain.Error{Kind: domain.KindUnavailable, Code: "not_ready", Message: "not ready: a server that is needed is out of reach, or the process is stopping"}

// Check is one thing that must work for the process to serve.
type Check struct {
	Name string
	Ping func(ctx context.Context) error
}

// GetHealth serves GET /healthz: the process lives, whatever its neighbours do.
func (s *server) GetHealth(context.Context, gen.GetHealthRequestObject) (gen.GetHealthResponseObject, error) {
	return gen.GetHealth200JSONResponse{Body: gen.Health{Status: gen.HealthStatusOk}}, nil
}

// GetReadiness serves GET /readyz.
func (s *server) GetReadiness(ctx context.Context, _ gen.GetReadinessRequestObject) (gen.GetReadinessResponseObject, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	for _, c := range s.checks {
		if err := c.Ping(ctx); err != nil {
			return nil, errNotReady.With(fmt.Errorf("%s: %w", c.Name, err))
		}
	}
	return gen.GetReadiness200JSONResponse{Body: gen.Health{Status: gen.HealthStatusOk}}, nil
}
