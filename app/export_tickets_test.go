package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/stores"
)

func TestExportOfAPeriod(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 1200 {
		ticket, err := domain.NewTicket("Title", "Description", nil, domain.Creators{},
			begin.Add(time.Duration(i/3)*time.Microsecond))
		require.NoError(t, err)
		_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
		require.NoError(t, err)
	}
	micros := func(n int) time.Time { return begin.Add(time.Duration(n) * time.Microsecond) }
	for _, c := range []struct {
		period ports.Period
		want   int
	}{
		{ports.Period{}, 1200}, {ports.Period{From: micros(399)}, 3}, {ports.Period{To: micros(1)}, 3},
		{ports.Period{From: micros(1), To: micros(1)}, 0},
		{ports.Period{From: micros(0).Add(1), To: micros(3).Add(1)}, 9}, {ports.Period{To: begin}, 0},
	} {
		n := 0
		require.NoError(t, app.NewExportTickets(s).Handle(t.Context(), ports.TicketFilter{}, c.period,
			func(domain.Ticket) error { n++; return nil }))
		require.Equal(t, c.want, n, "%v", c.period)
	}
	full := errors.New("disk full")
	require.ErrorIs(t, app.NewExportTickets(s).Handle(t.Context(), ports.TicketFilter{}, ports.Period{},
		func(domain.Ticket) error { return full }), full)
}
