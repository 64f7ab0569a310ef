package httpapi_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// counts is a meter that remembers every call.
type counts struct {
	mu       sync.Mutex
	began    int
	requests []string
}

func (c *counts) RequestBegan() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.began++
}

func (c *counts) RequestEnded(route, method string, status int, _ time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = append(c.requests, fmt.Sprint(method, " ", route, " ", status))
}

func TestRequestsAreCountedByTemplate(t *testing.T) {
	t.Parallel()
	meter := &counts{}
	a := serve(t, openSQLite(t), func(s *setup) { s.meter = meter })
	id := a.newTicket(t, "billing", nil).Id
	a.get(t, fmt.Sprintf("/tickets/%d", id))
	a.get(t, "/tickets/77777")
	a.get(t, "/tickets/zanzibar")
	a.get(t, "/zanzibar")
	a.get(t, "/healthz")
	for _, method := range []string{http.MethodPut, "ZANZIBAR"} {
		a.do(t, a.request(t, method, "/tickets", ""))
	}
	require.Eventually(t, func() bool { // the answer arrives before it is counted
		meter.mu.Lock()
		defer meter.mu.Unlock()
		return len(meter.requests) == 8
	}, 10*time.Second, time.Millisecond)
	require.Equal(t, []string{
		"POST /tickets 201", "GET /tickets/:id 200", "GET /tickets/:id 404", "GET /tickets/:id 400",
		"GET unmatched 404", "GET /healthz 200", "PUT unmatched 405", "other unmatched 405",
	}, meter.requests)
	require.Equal(t, 8, meter.began)
}
