package bootstrap

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"ticketd/adapters/httpapi"
)

// The limits of a connection.
const (
	headerTime = 10 * time.Second // for a client to send its headers
	readTime   = 20 * time.Second // for the whole request
	idleTime   = 2 * time.Minute
	maxHeader  = 64 << 10
	// writeMargin is what the answer's time outlasts the classification by.
	writeMargin = 30 * time.Second
)

func newHTTPServer(h http.Handler, classification time.Duration) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      classification + writeMargin,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		// Its lines are about broken connections and name the clients' addresses.
		ErrorLog: log.New(io.Discard, "", 0),
	}
}

const (
	// ownDescriptors are kept for logs, files and what other servers are asked through, beside connections to
	// PostgreSQL and one for each client's call to the model.
	ownDescriptors = 128
	// leastConnections is for a process that has hardly any descriptors.
	leastConnections = 16
)

// connections bounds those of clients by the descriptors that the process may have. (Go raises the soft limit
// to the hard one at the start: package os.)
func (a *App) connections() *httpapi.Connections {
	databases := a.settings.Store.MaxConns * (1 + a.settings.Store.Replicas)
	limit := max((descriptors()-ownDescriptors-databases)/2, leastConnections)
	c := httpapi.NewConnections(limit, a.metrics.ConnectionShed, a.log)
	a.metrics.WatchConnections(c.Open, c.Limit)
	return c
}

// listen names the setting that the port comes from in its error.
func listen(ctx context.Context, setting string, port int) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return nil, fmt.Errorf(
			"cannot listen on port %d; is another process there? Choose another with %s: %w", port, setting, err)
	}
	return l, nil
}

func portOf(l net.Listener) int {
	return l.Addr().(*net.TCPAddr).Port // it listens on TCP
}

// address is where people on this machine find what listens on a port.
func address(port int) string { return "http://localhost:" + strconv.Itoa(port) }
