package app

import (
	"context"
	"fmt"
	"time"

	"ticketd/ports"
)

// ReadStats says how the tickets of a period stand.
type ReadStats struct{ tickets ports.StatsReader }

// NewReadStats wires the use case.
func NewReadStats(tickets ports.StatsReader) *ReadStats { return &ReadStats{tickets} }

// Handle takes the ends of the period to any precision.
func (uc *ReadStats) Handle(ctx context.Context, p ports.Period) (Stats, error) {
	s, err := uc.tickets.Stats(ctx, ports.Period{From: wholeMicrosecond(p.From), To: wholeMicrosecond(p.To)})
	if err != nil {
		return Stats{}, fmt.Errorf("read statistics: %w", err)
	}
	return NewStats(s), nil
}

// wholeMicrosecond returns the first one that is not before t: tickets have no finer times, so that no ticket
// changes sides.
func wholeMicrosecond(t time.Time) time.Time {
	whole := t.Truncate(time.Microsecond)
	if whole.Before(t) {
		whole = whole.Add(time.Microsecond)
	}
	return whole
}
