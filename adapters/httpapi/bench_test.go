package httpapi_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// atOnce is a store that costs nothing, so that only the edge is measured.
type atOnce struct {
	ticket domain.Ticket
	page   ports.Slice[domain.Ticket]
}

func (s atOnce) Ticket(context.Context, domain.TicketID) (domain.Ticket, error) { return s.ticket, nil }

func (s atOnce) ListTickets(context.Context, ports.TicketFilter,
	ports.Page) (ports.Slice[domain.Ticket], error) {
	return s.page, nil
}

func (s atOnce) CountTickets(context.Context, ports.TicketFilter, int) (int, bool, error) {
	return app.MaxCount, false, nil
}

func (s atOnce) FindCreators(_ context.Context, requested *domain.UserID) (domain.Creators, error) {
	return domain.Creators{Requested: requested}, nil
}

func (s atOnce) AddTicket(_ context.Context, t domain.Ticket, _ ports.Lease) (domain.Ticket, error) {
	return t.Stored(4711), nil
}

func (s atOnce) AddTicketOnce(_ context.Context, t domain.Ticket, _ ports.Lease,
	_ ports.IdempotencyKey) (domain.Ticket, error) {
	return t.Stored(4711), nil
}

func (s atOnce) TicketByKey(context.Context, string, string) (domain.Ticket, string, error) {
	return domain.Ticket{}, "", domain.ErrTicketNotFound
}

func (s atOnce) SweepKeys(context.Context) (int, error) { return 0, nil }

// benchmarked returns the handler as a server in queue mode has it, with its log line and its rate limit,
// over a store that costs nothing.
func benchmarked(b *testing.B) http.Handler {
	b.Helper()
	s := atOnce{ticket: benchmarkTicket(b, 1)}
	for id := range int64(20) {
		s.page.Items = append(s.page.Items, benchmarkTicket(b, 20-id))
	}
	s.page.Next = &ports.Position{CreatedAt: s.ticket.CreatedAt(), ID: 1}
	clock := ports.ClockFunc(time.Now)
	handler, err := httpapi.New(httpapi.UseCases{
		CreateTicket: app.NewCreateTicket(s, s, nobodyStarts{}, clock),
		Tickets:      s,
		ListTickets:  app.NewListTickets(s),
	}, httpapi.Options{
		RateLimit: httpapi.RateLimit{Window: time.Hour, Max: 1 << 40}, Queued: true, Clock: clock,
		Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	})
	require.NoError(b, err)
	return handler
}

// benchmarkTicket returns a classified ticket of usual length.
func benchmarkTicket(tb testing.TB, id int64) domain.Ticket {
	tb.Helper()
	confidence, creator := 0.9649986323011861, domain.UserID(17)
	t, err := domain.RestoreTicket(domain.TicketSnapshot{
		ID: domain.TicketID(id), Title: "Charged twice for one invoice",
		Description: strings.Repeat("My card was charged twice. ", 8), Status: domain.StatusOpen,
		AIStatus: domain.AIStatusDone, Category: domain.CategoryBilling, Priority: domain.PriorityHigh,
		AIConfidence: &confidence, ClassifiedBy: domain.SourceModel, CreatedBy: &creator,
		CreatedAt: time.Date(2026, 11, 23, 13, 52, 12, 436588000, time.UTC), Round: 1, Version: 2,
	})
	require.NoError(tb, err)
	return t
}

// discard is a writer that drops the answer.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header { return d.header }

func (d *discard) WriteHeader(status int) { d.status = status }

func (d *discard) Write(b []byte) (int, error) { return len(b), nil }

const benchmarkBody = `{"title":"Charged twice for one invoice","description":"My card was charged twice.\n` +
	`Please refund one of the payments; the invoice is of \"March\". Müller","createdBy":17}`

// BenchmarkHandler sends one request at a time through the whole handler, without connection and store.
func BenchmarkHandler(b *testing.B) {
	for _, c := range []struct {
		name, method, target, body string
		status                     int
		accepts                    string
	}{
		{"get", http.MethodGet, "/tickets/4711", "", http.StatusOK, ""},
		{"get for gzip", http.MethodGet, "/tickets/4711", "", http.StatusOK, "gzip"},
		{"list", http.MethodGet, "/tickets", "", http.StatusOK, ""},
		{"list in gzip", http.MethodGet, "/tickets", "", http.StatusOK, "gzip"},
		{
			"list filtered", http.MethodGet, "/tickets?category=billing&status=open&limit=20&include_total=true", "",
			http.StatusOK, "",
		},
		{"create", http.MethodPost, "/tickets", benchmarkBody, http.StatusCreated, ""},
		{
			"create invalid", http.MethodPost, "/tickets", `{"title":" ","description":7,"createdby":17}`,
			http.StatusBadRequest, "",
		},
	} {
		b.Run(c.name, func(b *testing.B) {
			handler := benchmarked(b)
			body := strings.NewReader(c.body)
			r := httptest.NewRequestWithContext(b.Context(), c.method, c.target, body)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept-Encoding", c.accepts)
			sent := r.Body
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				body.Reset(c.body)
				r.Body = sent
				clear(w.header)
				handler.ServeHTTP(w, r)
				if w.status != c.status {
					b.Fatalf("status %d", w.status)
				}
			}
		})
	}
}
