package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

func TestWhatPeoplesEditsAreCountedAs(t *testing.T) {
	t.Parallel()
	s, counts := stores.SQLite(t), &fakes.Tally{}
	edit := app.NewEditTicket(s, fakes.Clock, counts)
	classify := classification.NewClassifyNow(s, &fakes.Scripted{Script: []error{nil, domain.ErrClassifierKey}},
		classification.ClassifyLimits{Timeout: fakes.Limit, Policy: fakes.Soon(5)}, fakes.Clock, ports.NoMeter{},
		fakes.Quiet)
	classified, fallen := classify.Start(t.Context(), fakes.AddOne(t, s), classify.Lease()).ID(),
		classify.Start(t.Context(), fakes.AddOne(t, s), classify.Lease()).ID()
	for _, e := range []struct {
		id   domain.TicketID
		edit app.TicketEdit
		want map[string]int
	}{
		{classified, app.TicketEdit{Status: domain.StatusClosed}, nil},
		{classified, app.TicketEdit{Confirmed: true}, map[string]int{"confirmed": 1}},
		{classified, app.TicketEdit{Confirmed: true}, map[string]int{"confirmed": 1}},
		{classified, app.TicketEdit{Category: domain.CategoryTechnical},
			map[string]int{"confirmed": 1, "corrected category": 1}},
		{classified, app.TicketEdit{Category: domain.CategoryTechnical},
			map[string]int{"confirmed": 1, "corrected category": 1}},
		{classified, app.TicketEdit{Priority: domain.PriorityLow, Confirmed: true},
			map[string]int{"confirmed": 1, "corrected category": 1, "corrected priority": 1}},
		{fallen, app.TicketEdit{Category: domain.CategoryTechnical},
			map[string]int{"confirmed": 1, "corrected category": 1, "corrected priority": 1}},
	} {
		_, err := edit.Handle(t.Context(), e.id, e.edit)
		require.NoError(t, err)
		require.Equal(t, e.want, counts.All())
	}
	_, err := edit.Handle(t.Context(), fallen+1, app.TicketEdit{Confirmed: true})
	require.ErrorIs(t, err, domain.ErrTicketNotFound)
	require.Equal(t, 1, counts.All()["confirmed"])
}
