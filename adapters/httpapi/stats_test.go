package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
	"ticketd/ports"
)

func (f faulty) Stats(context.Context, ports.Period) (ports.Stats, error) {
	return ports.Stats{}, f.fail()
}

func (a *api) stats(t *testing.T, from, to *time.Time) client.Stats {
	t.Helper()
	res, err := a.GetStatsWithResponse(t.Context(), &client.GetStatsParams{From: from, To: to})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, "%s", res.Body)
	return *res.JSON200
}

func TestStats(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("without tickets there are noughts, and null where nothing can be said", func(t *testing.T) {
			t.Parallel()
			s := serve(t, open(t)).stats(t, nil, nil)
			require.Zero(t, s.Tickets)
			require.Zero(t, s.Review)
			require.Zero(t, s.Confusion)
			require.Empty(t, s.ByModel)
			require.True(t, s.Agreement.Category.IsNull())
			require.True(t, s.Audit.Priority.IsNull())
			require.True(t, s.Calibration.Ece.IsNull())
			require.Len(t, s.Calibration.Bins, 10)
			require.True(t, s.Calibration.Bins[3].Accuracy.IsNull())
		})

		t.Run("the first moment of the calendar ends a period like any other", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			a.newTicket(t, "billing low", nil)
			require.Zero(t, a.stats(t, nil, new(time.Time)).Tickets)
			require.Equal(t, 1, a.stats(t, new(time.Time), nil).Tickets.Total)
		})

		t.Run("what people left is compared with what the machine said", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), func(s *setup) { s.review = domain.ReviewPolicy{Threshold: 0.8, AuditRate: 1} })
			for _, title := range []string{"billing low", "billing low", "technical high", "general low"} {
				a.newTicket(t, title, nil)
			}
			a.edited(t, 1, `{"confirmed":true}`)
			a.edited(t, 2, `{"category":"general"}`)
			a.edited(t, 2, `{"category":"technical","status":"closed"}`)
			a.edited(t, 3, `{"priority":"low"}`)
			s := a.stats(t, nil, nil)
			require.Equal(t, 4, s.Tickets.Total)
			require.Equal(t, 1, s.Tickets.ByCategory.Billing)
			require.Equal(t, 2, s.Tickets.ByCategory.Technical)
			require.Equal(t, 1, s.Tickets.ByStatus.Closed)
			require.Len(t, s.ByDay, 1)
			require.Equal(t, time.Now().UTC().Format(time.DateOnly), s.ByDay[0].Day.String())
			require.Equal(t, []int{1, 2, 1, 0},
				[]int{s.ByDay[0].Billing, s.ByDay[0].Technical, s.ByDay[0].General, s.ByDay[0].None})
			require.Equal(t, client.ReviewCounts{Open: 1, Corrected: 2, Confirmed: 1}, s.Review)
			require.Equal(t, 3, s.Agreement.N)
			require.InDelta(t, 2.0/3, s.Agreement.Category.MustGet(), 1e-12)
			require.InDelta(t, 2.0/3, s.Agreement.Priority.MustGet(), 1e-12)
			require.Equal(t, client.ByCategory{Billing: 1, Technical: 1}, s.Confusion.Category.Billing,
				"the last word counts")
			require.Equal(t, client.ByPriority{Low: 1}, s.Confusion.Priority.High)
			require.Equal(t, 4, s.Audit.Drawn)
			require.Equal(t, 3, s.Audit.N)
			require.InDelta(t, 0.75-2.0/3, s.Calibration.Ece.MustGet(), 1e-12)
			require.Equal(t, 3, s.Calibration.Bins[7].N)
			require.Len(t, s.ByModel, 1)
			require.Equal(t, "by-word", s.ByModel[0].Model.MustGet())
			require.True(t, s.ByModel[0].PromptVersion.IsNull())
		})

		t.Run("a verdict without a confidence is compared but not in calibration", func(t *testing.T) {
			t.Parallel()
			a, _ := reviewing(t, open(t), domain.ReviewPolicy{AuditRate: 1})
			unsure := a.newTicket(t, "unknown", nil)
			require.Equal(t, client.AIStatusDone, unsure.AiStatus)
			require.True(t, unsure.AiConfidence.IsNull())
			require.Equal(t, client.SourceLocal, unsure.ClassifiedBy.MustGet())
			require.True(t, a.record(t, unsure.Id)[0].Confidence.IsNull())
			a.edited(t, unsure.Id, `{"category":"general"}`)
			s := a.stats(t, nil, nil)
			require.Equal(t, 1, s.Agreement.N)
			require.Zero(t, s.Calibration.N)
			require.True(t, s.Calibration.Ece.IsNull() && s.Audit.Ece.IsNull() && s.ByModel[0].Ece.IsNull())
			a.edited(t, a.newTicket(t, "0", nil).Id, `{"confirmed":true}`)
			s = a.stats(t, nil, nil)
			require.Equal(t, 2, s.Agreement.N)
			require.Equal(t, client.ByCategory{Billing: 1, General: 1}, s.Confusion.Category.Billing)
			require.Equal(t, 1, s.Calibration.N, "a known 0 counts")
			require.Equal(t, 1, s.Calibration.Bins[0].N)
			require.InDelta(t, 1, s.Calibration.Ece.MustGet(), 1e-12)
		})

		t.Run("a period begins with its from and ends before its to", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			at := a.newTicket(t, "x", nil).CreatedAt
			later := at.Add(time.Microsecond)
			require.Equal(t, 1, a.stats(t, &at, nil).Tickets.Total)
			require.Equal(t, 1, a.stats(t, &at, &later).Tickets.Total)
			require.Zero(t, a.stats(t, &later, nil).Tickets.Total)
			require.Zero(t, a.stats(t, nil, &at).Tickets.Total)
			require.Zero(t, a.stats(t, &at, &at).Tickets.Total)
		})
	})
}

func TestBrokenPeriodsAreRefusedByName(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t))
	at := func(text string) string { return url.QueryEscape(text) }
	for name, h := range map[string]hostile{
		"two of them and a stranger": query("/stats?from=yesterday&to=0&until=1", "from", "to", "until"),
		"an empty one":               query("/stats?from=", "from"),
		"one given twice": query("/stats?from=2026-01-01T00:00:00Z&from=2026-01-01T00:00:00Z",
			"from"),
		"a date without a time":           query("/stats?to=2026-01-01", "to"),
		"a time without a zone":           query("/stats?to=2026-01-01T00:00:00", "to"),
		"a plus that a URL makes a blank": query("/stats?to=2026-01-01T00:00:00+01:00", "to"),
		"a comma for a point":             query("/stats?to="+at("2026-01-01T00:00:00,5Z"), "to"),
		"an hour of one digit":            query("/stats?to="+at("2026-01-01T1:00:00Z"), "to"),
		"a day that no month has":         query("/stats?to=2026-02-30T00:00:00Z", "to"),
		"an end before the beginning": query("/stats?from=2026-01-01T00:00:01Z&to=2026-01-01T00:00:00Z",
			"from"),
		"the same, in different zones": query(
			"/stats?from=2026-01-01T00:00:00Z&to="+at("2026-01-01T00:30:00+01:00"), "from"),
		"an offset past a day":              query("/stats?to="+at("2026-01-01T00:00:00+24:00"), "to"),
		"seconds since 1970":                query("/stats?from=1767225600", "from"),
		"a parameter that belongs to lists": query("/stats?limit=5", "limit"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.check(t, a.do(t, h.request(t, a)))
		})
	}
}

func TestStatsOfAnyPeriod(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) { anyPeriod(t, serve(t, open(t))) })
}

func anyPeriod(t *testing.T, a *api) {
	t.Helper()
	at := url.QueryEscape
	for _, path := range []string{
		"/stats?from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
		"/stats?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.9999999Z",
		"/stats?from=" + at("2026-01-01T00:00:00.123456789+05:30"),
		"/stats?from=" + at("2026-01-01T00:00:00+23:59"), "/stats?from=" + at("0000-01-01T00:00:00+23:59"),
		"/stats?from=" + at("2026-01-01T00:00:00-16:00") + "&to=" + at("9999-12-31T23:59:59-23:59"),
	} {
		require.Equal(t, http.StatusOK, a.get(t, path).StatusCode, path)
	}
}

func TestStatsOfAFailingStore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		status int
	}{{errors.New("secret"), 500}, {domain.ErrStoreUnavailable, 503}} {
		a := serve(t, openSQLite(t), func(s *setup) { s.store = faulty{s.store, func() error { return c.err }} })
		require.Equal(t, c.status, a.get(t, "/stats").StatusCode)
	}
}
