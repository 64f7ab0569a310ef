package modelserver

import (
	"hash/maphash"
	"net/http"
	"sync"
	"sync/atomic"
)

// kept is how many requests are kept for inspection: enough for a test that reads them, and no burden for a
// million calls.
const kept = 64

// Recorded is a request as it arrived.
type Recorded struct {
	Header http.Header
	Call   Call
}

type stats struct {
	hits, paid     atomic.Int64
	inFlight, peak atomic.Int64

	seed     maphash.Seed
	mu       sync.Mutex
	tickets  map[uint64]int // calls by title and description
	calls    int
	repeated int
	last     [kept]Recorded // a ring, by calls modulo kept
}

// enter counts a request of any kind and gives the function that ends it.
func (s *stats) enter() func() {
	s.hits.Add(1)
	now := s.inFlight.Add(1)
	for peak := s.peak.Load(); now > peak && !s.peak.CompareAndSwap(peak, now); peak = s.peak.Load() {
	}
	return func() { s.inFlight.Add(-1) }
}

// count gives the number of this call among those of its ticket, from 1.
func (s *stats) count(header http.Header, call Call) int {
	key := s.key(call.Title, call.Description)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tickets[key]++
	call.Number = s.tickets[key]
	if call.Number == 2 {
		s.repeated++
	}
	s.last[s.calls%kept] = Recorded{header, call}
	s.calls++
	return call.Number
}

func (s *stats) key(title, description string) uint64 {
	return maphash.Comparable(s.seed, [2]string{title, description})
}

// Hits counts requests of every kind, also those that no model would have been asked for (wrong key, wrong
// path).
func (s *Server) Hits() int { return int(s.stats.hits.Load()) }

// Calls counts well-formed calls with the right key, however they were answered.
func (s *Server) Calls() int {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	return s.stats.calls
}

// Paid counts calls that were answered with status 200, whole or cut: what a provider would charge.
func (s *Server) Paid() int { return int(s.stats.paid.Load()) }

// CallsOf counts the calls for one ticket.
func (s *Server) CallsOf(title, description string) int {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	return s.stats.tickets[s.stats.key(title, description)]
}

// Tickets counts the different tickets.
func (s *Server) Tickets() int {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	return len(s.stats.tickets)
}

// Repeated counts the tickets with more than one call.
func (s *Server) Repeated() int {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	return s.stats.repeated
}

// InFlight is how many requests are under way.
func (s *Server) InFlight() int { return int(s.stats.inFlight.Load()) }

// Peak is the highest number of requests under way at once.
func (s *Server) Peak() int { return int(s.stats.peak.Load()) }

// Requests gives the last well-formed calls, at most 64, oldest first.
func (s *Server) Requests() []Recorded {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	var oldestFirst []Recorded
	for i := max(0, s.stats.calls-kept); i < s.stats.calls; i++ {
		oldestFirst = append(oldestFirst, s.stats.last[i%kept])
	}
	return oldestFirst
}
