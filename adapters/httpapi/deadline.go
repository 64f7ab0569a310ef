package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	// storeTime bounds what a request may wait for the store: one that is frozen must not hold requests up. A
	// classification goes on beyond it.
	storeTime = 10 * time.Second
	// stepsTime is for a request that the store handles in many steps, each of them within storeTime.
	stepsTime = 5 * time.Minute
	// testTime is for a request that waits for a receiver of webhooks.
	testTime = 30 * time.Second
	// waitTime is for a request that waits for events.
	waitTime = 30*time.Second + storeTime
	// abandonedTime is how much longer a read goes on once its client is gone. net/http cannot tell such a
	// client from one that closed its side after the request and waits for the answer.
	abandonedTime = time.Second
	// statusAbandoned is nginx's status for a client that did not wait, in logs, metrics and traces.
	statusAbandoned = 499
)

// abandonedKey marks a request whose client did not wait, in an echo.Context.
const abandonedKey = "abandoned"

// withDeadline ends requests after the time of their route. Reads that nobody waits for end earlier; what
// changes something goes on, whoever waits.
func withDeadline(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Path() == profilesPath || asStream(c) {
			return next(c) // takes as long as it is asked to
		}
		client := c.Request().Context()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(client), timeOf(c))
		defer cancel()
		if m := c.Request().Method; m == http.MethodGet || m == http.MethodHead {
			stop := context.AfterFunc(client, func() { time.AfterFunc(abandonedTime, cancel) })
			defer stop()
		}
		c.SetRequest(c.Request().WithContext(ctx))
		err := next(c)
		if errors.Is(err, context.Canceled) && client.Err() != nil {
			c.Set(abandonedKey, true)
		}
		return err
	}
}

// longerTimes are those of routes that storeTime is too short for. A user may own a million tickets, which
// are taken off them in steps, as the deliveries of a webhook are deleted.
var longerTimes = map[string]time.Duration{
	"DELETE /users/:id": stepsTime, "DELETE /webhooks/:id": stepsTime, "POST /webhooks/:id/test": testTime,
	"GET /events": waitTime, "HEAD /events": waitTime,
}

// timeOf returns how long a request may take, and lets its connection wait for that.
func timeOf(c echo.Context) time.Duration {
	allowed, longer := longerTimes[c.Request().Method+" "+c.Path()]
	if !longer {
		return storeTime
	}
	// A writer without deadlines needs no later one.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(allowed + storeTime))
	return allowed
}

// recordedStatus returns the status of the answer, or statusAbandoned: a client that did not wait is no
// failure of ours.
func recordedStatus(c echo.Context) int {
	if c.Get(abandonedKey) != nil {
		return statusAbandoned
	}
	return c.Response().Status
}
