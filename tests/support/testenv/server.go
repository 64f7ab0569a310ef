package testenv

import (
	"testing"

	"ticketd/tests/support/testenv/internal/servers"
)

// Server is a running database server that one test owns. Its address stays the same over stops and starts.
// A method that does not succeed fails the test, so they belong into the test's goroutine.
type Server struct {
	t      testing.TB
	server *servers.Server
}

// URL is postgres://… (the database postgres) or redis://… (number 0).
func (s *Server) URL() string { return s.server.URL }

// Start returns when the server answers.
func (s *Server) Start() { s.must("start", s.server.Start) }

// Stop ends the server in an orderly way: clients are cut off, data is written.
func (s *Server) Stop() { s.must("stop", s.server.Stop) }

// Kill ends the server and its children by SIGKILL.
func (s *Server) Kill() { s.must("kill", s.server.Kill) }

// Pause freezes the server and its children: its address still takes connections, and nobody answers.
func (s *Server) Pause() { s.must("pause", s.server.Pause) }

// Resume undoes Pause.
func (s *Server) Resume() { s.must("resume", s.server.Resume) }

// Demote restarts a PostgreSQL server as a standby that follows nobody.
func (s *Server) Demote() { s.must("demote", s.server.Demote) }

// Restart is Stop and Start.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.Start()
}

func (s *Server) must(what string, do func() error) {
	s.t.Helper()
	if err := do(); err != nil {
		s.t.Fatalf("%s %s: %v", what, s.server.URL, err)
	}
}

// Option changes a private server.
type Option func(*servers.Options)

// Durable makes the server keep what it acknowledged over Kill: fsync in PostgreSQL, an append-only file in
// Redis.
func Durable() Option { return func(o *servers.Options) { o.Durable = true } }

// Setting sets a parameter of the server's configuration, such as max_connections or maxmemory.
func Setting(name, value string) Option {
	return func(o *servers.Options) { o.Settings = append(o.Settings, [2]string{name, value}) }
}

func options(opts []Option) servers.Options {
	var o servers.Options
	for _, apply := range opts {
		apply(&o)
	}
	return o
}
