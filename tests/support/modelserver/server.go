// Package modelserver imitates an OpenAI-compatible server for tests: it checks requests as strictly as a
// real one, answers as each test scripts it, and counts its calls. Only tests import it.
package modelserver

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Key is the only API key that the server accepts.
const Key = "sk-imitation-0123456789abcdef"

// Server is safe for concurrent use; its behaviour may be changed while it answers.
type Server struct {
	url       string
	http      *http.Server
	stop      context.CancelFunc
	served    chan error
	judge     atomic.Pointer[Judge]
	behaviour atomic.Pointer[Behaviour]
	door      atomic.Pointer[Door]
	byTitle   sync.Map // title → Behaviour
	stats     stats
	rendered  cache
}

// New starts a server that lives as long as the test, answers at once and judges by DefaultJudge.
func New(tb testing.TB) *Server {
	tb.Helper()
	s, err := Start("127.0.0.1:0")
	if err != nil {
		tb.Fatalf("start the imitation of the model: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("stop the imitation of the model: %v", err)
		}
	})
	return s
}

// Start is New for callers without a test; they close the server.
func Start(address string) (*Server, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{url: "http://" + listener.Addr().String() + "/v1", stop: stop, served: make(chan error, 1)}
	s.stats.seed, s.stats.tickets = maphash.MakeSeed(), map[uint64]int{}
	s.Admit(readRequest)
	s.Behave(Right())
	s.JudgeBy(DefaultJudge)
	s.http = &http.Server{
		Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// Address returns the server's address without a path.
func (s *Server) Address() string { return strings.TrimSuffix(s.url, "/v1") }

// URL returns the base URL, with /v1.
func (s *Server) URL() string { return s.url }

// Behave sets how calls are answered from now on.
func (s *Server) Behave(b Behaviour) { s.behaviour.Store(&b) }

// Admit sets how requests are read from now on.
func (s *Server) Admit(d Door) { s.door.Store(&d) }

// BehaveFor sets how calls for tickets of this title are answered from now on, whatever Behave says.
func (s *Server) BehaveFor(title string, b Behaviour) { s.byTitle.Store(title, b) }

// JudgeBy sets the rule by which right answers are found.
func (s *Server) JudgeBy(j Judge) { s.judge.Store(&j) }

// Close cuts all connections, also those of calls under way.
func (s *Server) Close() error {
	s.stop()
	err := s.http.Close()
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	behaviour := *s.behaviour.Load() // before it counts: who waits for it in flight may change the behaviour
	defer s.stats.enter()()
	req, failure := (*s.door.Load())(r)
	if failure != nil {
		failure.send(w, r)
		return
	}
	call := Call{Request: req, render: s.rendered.body}
	call.Title, call.Description = req.ticket()
	call.Verdict = (*s.judge.Load())(call.Title, call.Description)
	call.Number = s.stats.count(r.Header, call)
	if b, found := s.byTitle.Load(call.Title); found {
		behaviour = b.(Behaviour)
	}
	reply := behaviour(call)
	if reply.status() == http.StatusOK && !reply.Unpaid {
		s.stats.paid.Add(1)
	}
	reply.send(w, r)
}
