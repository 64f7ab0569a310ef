package httpapi_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// frozen is a store that answers nothing before the call ends.
type frozen struct{ atOnce }

func (frozen) Ticket(ctx context.Context, _ domain.TicketID) (domain.Ticket, error) {
	return domain.Ticket{}, ended(ctx)
}

func (frozen) ListTickets(
	ctx context.Context, _ ports.TicketFilter, _ ports.Page,
) (ports.Slice[domain.Ticket], error) {
	return ports.Slice[domain.Ticket]{}, ended(ctx)
}

func (frozen) FindCreators(ctx context.Context, _ *domain.UserID) (domain.Creators, error) {
	return domain.Creators{}, ended(ctx)
}

func (frozen) DeleteTicket(ctx context.Context, _ domain.TicketID, _ []int64) error {
	return ended(ctx)
}

// frozenUsers deletes nobody before the call ends.
type frozenUsers struct{ ports.UserReader }

func (frozenUsers) DeleteUser(ctx context.Context, _ domain.UserID) error { return ended(ctx) }

func ended(ctx context.Context) error {
	<-ctx.Done()
	return domain.ErrStoreUnavailable.With(ctx.Err())
}

func TestWhoDoesNotWaitHasNothingReadForThem(t *testing.T) {
	t.Parallel()
	const left = 100 * time.Millisecond
	for _, c := range []struct {
		request, body string
		took          time.Duration
		recorded      string
	}{
		{"GET /tickets?q=refund", "", left + time.Second, "GET /tickets 499"},
		{"HEAD /tickets", "", left + time.Second, "HEAD /tickets 499"},
		{"GET /tickets/7", "", left + time.Second, "GET /tickets/:id 499"},
		{"POST /tickets", `{"title":"t","description":"d"}`, 10 * time.Second, "POST /tickets 503"},
		{"DELETE /tickets/7", "", 10 * time.Second, "DELETE /tickets/:id 503"},
		{"DELETE /users/7", "", 5 * time.Minute, "DELETE /users/:id 503"},
	} {
		t.Run(c.request, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				meter := &counts{}
				handler, err := httpapi.New(httpapi.UseCases{
					CreateTicket: app.NewCreateTicket(frozen{}, frozen{}, nobodyStarts{}, ports.ClockFunc(time.Now)),
					Tickets:      frozen{},
					ListTickets:  app.NewListTickets(frozen{}),
					DeleteTicket: app.NewDeleteTicket(frozen{}),
					Users:        frozenUsers{},
				}, httpapi.Options{Meter: meter, Clock: ports.ClockFunc(time.Now), Log: slog.New(slog.DiscardHandler)})
				require.NoError(t, err)
				client, leave := context.WithTimeout(t.Context(), left)
				defer leave()
				method, target, _ := strings.Cut(c.request, " ")
				r := httptest.NewRequestWithContext(client, method, target, strings.NewReader(c.body))
				r.Header.Set("Content-Type", "application/json")
				begin, w := time.Now(), httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				require.Equal(t, c.took, time.Since(begin))
				require.Equal(t, http.StatusServiceUnavailable, w.Code, "to one that only closed its side")
				require.Equal(t, []string{c.recorded}, meter.requests)
			})
		})
	}
}

// slow takes longer to delete a user than a connection waits for answers.
type slow struct{ ports.UserReader }

const connectionTime = 200 * time.Millisecond

func (slow) DeleteUser(context.Context, domain.UserID) error {
	<-time.After(2 * connectionTime)
	return nil
}

func TestTheDeletionOfAUserOutlastsTheTimeOfAConnection(t *testing.T) {
	t.Parallel()
	handler, err := httpapi.New(httpapi.UseCases{Users: slow{}},
		httpapi.Options{Clock: ports.ClockFunc(time.Now), Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(handler)
	server.Config.WriteTimeout = connectionTime
	server.Start()
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, server.URL+"/users/1", http.NoBody)
	require.NoError(t, err)
	res, err := server.Client().Do(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusNoContent, res.StatusCode)
}
