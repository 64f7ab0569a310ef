package metrics_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/metrics"
	"ticketd/domain"
	"ticketd/ports"
)

// page is what a scrape gives: values by series.
type page map[string]float64

func scrape(t *testing.T, m *metrics.Metrics) page {
	t.Helper()
	res := httptest.NewRecorder()
	m.Handler().ServeHTTP(res,
		httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	require.Equal(t, http.StatusOK, res.Code)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	p := page{}
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		p[line[:at]], err = strconv.ParseFloat(strings.TrimSpace(line[at:]), 64)
		require.NoError(t, err, line)
	}
	return p
}

// changed are the series that differ from those before, but for histograms' buckets and the process's own.
func (p page) changed(before page) page {
	diff := page{}
	for series, v := range p {
		if strings.HasPrefix(series, "ticketd_") && !strings.Contains(series, "_bucket{") && v != before[series] {
			diff[series] = v
		}
	}
	return diff
}

func answer(t *testing.T, source domain.Source, model string) domain.Answer {
	t.Helper()
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.75), new(0.5), "")
	require.NoError(t, err)
	return domain.Answer{Verdict: v, Source: source, Model: model, InputTokens: 200, OutputTokens: 50}
}

// unsure is an answer whose confidences nobody knows.
func unsure(t *testing.T) domain.Answer {
	t.Helper()
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, nil, nil, "")
	require.NoError(t, err)
	return domain.Answer{Verdict: v, Source: domain.SourceModel}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	model := answer(t, domain.SourceModel, "gpt-x-2026-01-01")
	free := answer(t, domain.SourceLocal, "v1")
	free.InputTokens, free.OutputTokens = 0, 0
	for name, c := range map[string]struct {
		do   func(m *metrics.Metrics)
		want page
	}{
		"a call for no ticket costs tokens, but is no attempt": {
			func(m *metrics.Metrics) { m.Probed(200, 50) },
			page{
				`ticketd_tokens_total{direction="input",model="gpt-x"}`:  200,
				`ticketd_tokens_total{direction="output",model="gpt-x"}`: 50,
				`ticketd_ai_cost_dollars_total{model="gpt-x"}`:           (200*3 + 50*10) / 1e6,
			},
		},
		"a paid call counts for the model of the settings, whatever the server calls it": {
			func(m *metrics.Metrics) { m.Attempted(domain.Attempt{Answer: model, Latency: 250 * time.Millisecond}) },
			page{
				`ticketd_classification_attempts_total{error_code="none",source="model"}`: 1,
				`ticketd_classification_attempt_duration_seconds_count{source="model"}`:   1,
				`ticketd_classification_attempt_duration_seconds_sum{source="model"}`:     0.25,
				`ticketd_tokens_total{direction="input",model="gpt-x"}`:                   200,
				`ticketd_tokens_total{direction="output",model="gpt-x"}`:                  50,
				`ticketd_ai_cost_dollars_total{model="gpt-x"}`:                            (200*3 + 50*10) / 1e6,
			},
		},
		"a failed call counts by its code": {
			func(m *metrics.Metrics) {
				m.Attempted(domain.Attempt{
					Answer: domain.Answer{Source: domain.SourceModel}, Err: domain.ErrThrottled.With(errors.New("secret")),
					Latency: time.Second,
				})
			},
			page{
				`ticketd_classification_attempts_total{error_code="classifier_throttled",source="model"}`: 1,
				`ticketd_classification_attempt_duration_seconds_count{source="model"}`:                   1,
				`ticketd_classification_attempt_duration_seconds_sum{source="model"}`:                     1,
			},
		},
		"an error that nobody knows has a label of its own": {
			func(m *metrics.Metrics) { m.Attempted(domain.Attempt{Err: &domain.Error{Code: "made up"}}) },
			page{
				`ticketd_classification_attempts_total{error_code="other",source="fallback"}`: 1,
				`ticketd_classification_attempt_duration_seconds_count{source="fallback"}`:    1,
			},
		},
		"a verdict has a confidence": {
			func(m *metrics.Metrics) { m.Ended(domain.Attempt{Answer: free}) },
			page{
				`ticketd_classifications_total{outcome="done",source="local"}`:  1,
				`ticketd_classification_confidence_ratio_count{source="local"}`: 1,
				`ticketd_classification_confidence_ratio_sum{source="local"}`:   0.75,
			},
		},
		"a verdict whose confidence nobody knows is in no average": {
			func(m *metrics.Metrics) { m.Ended(domain.Attempt{Answer: unsure(t)}) },
			page{
				`ticketd_classifications_total{outcome="done",source="model"}`:    1,
				`ticketd_classification_confidence_unknown_total{source="model"}`: 1,
			},
		},
		"a fallback has none": {
			func(m *metrics.Metrics) { m.Ended(domain.Attempt{Answer: model, Err: domain.ErrBadAnswer}) },
			page{`ticketd_classifications_total{outcome="fallback",source="fallback"}`: 1},
		},
		"the rest counts by the word": {
			func(m *metrics.Metrics) {
				m.Retried()
				m.Cascaded(false)
				m.Cascaded(true)
				m.Announced(3, nil)
				m.Announced(2, domain.ErrStoreUnavailable)
				m.Swept(ports.FoundDue, 4)
				m.Swept(ports.FoundLost, 5)
				m.Corrected(ports.FieldPriority)
				m.Confirmed()
			},
			page{
				`ticketd_classification_retries_total`: 1, `ticketd_cascade_calls_total{stage="first"}`: 1,
				`ticketd_cascade_calls_total{stage="second"}`: 1, `ticketd_events_total{outcome="published"}`: 3,
				`ticketd_events_total{outcome="failed"}`: 2, `ticketd_swept_tickets_total{found="due"}`: 4,
				`ticketd_swept_tickets_total{found="lost"}`: 5, `ticketd_corrections_total{field="priority"}`: 1,
				`ticketd_confirmations_total`: 1,
			},
		},
		"a request counts by its template": {
			func(m *metrics.Metrics) {
				m.RequestBegan()
				m.RequestBegan()
				m.RequestEnded("/tickets/:id", http.MethodGet, http.StatusNotFound, 500*time.Millisecond)
			},
			page{
				`ticketd_http_requests_total{method="GET",route="/tickets/:id",status="404"}`:    1,
				`ticketd_http_request_duration_seconds_count{method="GET",route="/tickets/:id"}`: 1,
				`ticketd_http_request_duration_seconds_sum{method="GET",route="/tickets/:id"}`:   0.5,
				`ticketd_http_requests_in_flight`:                                                1,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := metrics.New(metrics.Options{Model: "gpt-x", Price: &metrics.Price{Input: 3, Output: 10}})
			before := scrape(t, m)
			c.do(m)
			require.Equal(t, c.want, scrape(t, m).changed(before))
		})
	}
}

func TestWithoutAPriceThereIsNoCost(t *testing.T) {
	t.Parallel()
	m := metrics.New(metrics.Options{Model: "gpt-x"})
	m.Attempted(domain.Attempt{Answer: answer(t, domain.SourceModel, "gpt-x")})
	for series := range scrape(t, m) {
		require.NotContains(t, series, "dollars")
	}
}

// deadLetters takes letters while err is nil.
type deadLetters struct{ err error }

func (d *deadLetters) Add(context.Context, ports.DeadLetter) error { return d.err }

func TestOnlyDeadLettersThatWereWrittenCount(t *testing.T) {
	t.Parallel()
	m, b := metrics.New(metrics.Options{}), &deadLetters{domain.ErrStoreUnavailable}
	before, counting := scrape(t, m), m.DeadLetterQueue(b)
	require.ErrorIs(t, counting.Add(t.Context(), ports.DeadLetter{Cause: domain.ErrClassifierKey.Code}), b.err)
	require.Empty(t, scrape(t, m).changed(before))
	b.err = nil
	for _, cause := range []string{domain.ErrClassifierKey.Code, ports.CauseMalformed, "made up"} {
		require.NoError(t, counting.Add(t.Context(), ports.DeadLetter{Cause: cause}))
	}
	require.Equal(t, page{
		`ticketd_dead_letters_total{cause="classifier_key"}`:  1,
		`ticketd_dead_letters_total{cause="malformed_event"}`: 1,
		`ticketd_dead_letters_total{cause="other"}`:           1,
	}, scrape(t, m).changed(before))
}

func TestNamesFollowPrometheus(t *testing.T) {
	t.Parallel()
	m := metrics.New(metrics.Options{Model: "gpt-x", Price: &metrics.Price{}})
	m.WatchBacklog(&server{})
	m.WatchQueue(&server{})
	m.WatchClassifications(func() int { return 1 })
	m.WatchWorker(64, func() bool { return true })
	p := scrape(t, m)
	require.InDelta(t, 1, p["ticketd_worker_paused"], 0)
	require.InDelta(t, 64, p["ticketd_worker_slots"], 0)
	name := regexp.MustCompile(`^[a-z_]+`)
	for series := range p {
		require.Regexp(t, `^(ticketd|go|process|promhttp)_[a-z_]+(\{|$)`, series)
		if n := name.FindString(series); strings.HasPrefix(n, "ticketd_") {
			require.NotRegexp(t, `_(ms|millis|microseconds|kb|percent)(_|$)`, n, "base units only")
		}
	}
}
