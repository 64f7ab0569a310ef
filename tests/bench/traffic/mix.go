package traffic

import (
	"math/rand/v2"

	"ticketd/tests/bench/load"
)

// Part is a stream and how often it is asked, in percent.
type Part struct {
	Percent int
	Stream  load.Stream
}

type mix struct {
	rng   *rand.Rand
	parts []Part
	asked load.Stream
}

// Mix draws each request from one of the parts, whose shares are 100 together.
func Mix(rng *rand.Rand, parts ...Part) load.Stream { return &mix{rng: rng, parts: parts} }

func (s *mix) Next(buf []byte) []byte {
	n := s.rng.IntN(100)
	for _, p := range s.parts {
		s.asked = p.Stream
		if n -= p.Percent; n < 0 {
			break
		}
	}
	return s.asked.Next(buf)
}

func (s *mix) Check(status int, body []byte) error { return s.asked.Check(status, body) }
