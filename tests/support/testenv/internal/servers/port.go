package servers

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

const portTries = 5

// errEnded: the server did not come up. Another process may have taken the port since freePort looked.
var errEnded = errors.New("the server ended at once")

// freePort picks below the range from which systems take the ports of outgoing connections: otherwise such a
// connection could hold the port of a server that is stopped for a moment, or connect to itself.
func freePort() (int, error) {
	const lowest, highest, tries = 15000, 32000, 50
	var err error
	for range tries {
		port := lowest + rand.IntN(highest-lowest)
		var l net.Listener
		l, err = (&net.ListenConfig{}).Listen(context.Background(), "tcp", loopback(port))
		if err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("find a free port: %w", err)
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// onFreePort tries another port while the server ends at once.
func onFreePort(start func(port int) (*Server, error)) (*Server, error) {
	var s *Server
	var err error
	for range portTries {
		var port int
		if port, err = freePort(); err != nil {
			return nil, err
		}
		if s, err = start(port); !errors.Is(err, errEnded) {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}
