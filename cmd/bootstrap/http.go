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
