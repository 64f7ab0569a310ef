package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"ticketd/tests/bench/traffic"
	"ticketd/tests/support/modelserver"
)

// imitate runs the imitation of the model's API in a process of its own, so that its processor time is
// separate from the generator's. It prints its base URL and answers until standard input ends.
func imitate(ctx context.Context, delay time.Duration) error {
	strict, err := modelserver.Start("127.0.0.1:0")
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, strict.Close())
	}
	go (&imitation{strict: strict.URL(), delay: delay}).serve(listener)
	fmt.Printf("http://%s/v1\n", listener.Addr())
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, listener.Close(), strict.Close())
}

// imitation passes the first request of each kind on to the strict imitation and repeats its answer to the
// others: it shares the processors with what is measured.
type imitation struct {
	strict string // base URL
	delay  time.Duration
	known  sync.Map // kind → answer as it goes over the wire
}

func (m *imitation) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed
		}
		go m.converse(conn)
	}
}

// converse answers until the client is gone or sends what is no request.
func (m *imitation) converse(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		answer, err := m.answer(request, body)
		if err != nil {
			fmt.Fprintln(os.Stderr, "imitation of the model:", err)
			return
		}
		time.Sleep(m.delay)
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

func (m *imitation) answer(request *http.Request, body []byte) ([]byte, error) {
	kind := traffic.Kind(body)
	if answer, found := m.known.Load(kind); found {
		return answer.([]byte), nil
	}
	answer, status, err := m.ask(request, body)
	if err == nil && status == http.StatusOK && kind != "" {
		m.known.Store(kind, answer)
	}
	return answer, err
}

func (m *imitation) ask(request *http.Request, body []byte) (answer []byte, status int, err error) {
	forward, err := http.NewRequest(request.Method, m.strict+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	forward.Header = request.Header
	response, err := http.DefaultClient.Do(forward)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	head := "HTTP/1.1 " + response.Status + "\r\nContent-Type: application/json\r\nContent-Length: " +
		strconv.Itoa(len(said)) + "\r\n\r\n"
	return append([]byte(head), said...), response.StatusCode, err
}
