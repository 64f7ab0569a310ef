package httpapi_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// slowLister answers its nth question with n tickets, once next lets it.
type slowLister struct {
	t     *testing.T
	asked int
	next  chan error
}

func (l *slowLister) ListTickets(
	ctx context.Context, _ ports.TicketFilter, _ ports.Page,
) (ports.Slice[domain.Ticket], error) {
	l.asked++
	var s ports.Slice[domain.Ticket]
	for id := range l.asked {
		s.Items = append(s.Items, benchmarkTicket(l.t, int64(id+1)))
	}
	select {
	case err := <-l.next:
		return s, err
	case <-ctx.Done():
		return s, ctx.Err()
	}
}

func (l *slowLister) CountTickets(context.Context, ports.TicketFilter, int) (int, bool, error) {
	return 7, true, nil
}

// askLists returns a function that asks for a list in the background, and the answers as they come.
func askLists(t *testing.T, l *slowLister) func(target string) *httptest.ResponseRecorder {
	t.Helper()
	handler, err := httpapi.New(httpapi.UseCases{ListTickets: app.NewListTickets(l)},
		httpapi.Options{Clock: ports.ClockFunc(time.Now), Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return func(target string) *httptest.ResponseRecorder {
		r := httptest.NewRecorder()
		go handler.ServeHTTP(r, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
		synctest.Wait()
		return r
	}
}

func TestListsThatAreAskedForAtTheSameMomentShareALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &slowLister{t: t, next: make(chan error)}
		ask := askLists(t, l)
		first, second := ask("/tickets?category=billing"), ask("/tickets?category=billing")
		same := []*httptest.ResponseRecorder{
			ask("/tickets?category=billing"), ask("/tickets?limit=20&category=billing"),
			ask("/tickets?category=billing"),
		}
		require.Equal(t, 2, l.asked, "nobody waits behind a single look that hangs")
		others := []*httptest.ResponseRecorder{
			ask("/tickets"), ask("/tickets?category=general"), ask("/tickets?category=billing&limit=21"),
			ask("/tickets?category=billing&needs_review=true"), ask("/tickets?category=billing&needs_review=false"),
			ask("/tickets?category=billing&include_total=true"), ask("/tickets?category=billing&created_by=1"),
			ask("/tickets?category=billing&offset=1"), ask("/tickets?category=billing&q=x"),
			ask("/tickets?priority=low"), ask("/tickets?status=open"), ask("/tickets?ai_status=done"),
		}
		require.Equal(t, 2+len(others), l.asked, "who asks for another list does not wait")

		close(l.next)
		synctest.Wait()

		require.Equal(t, 3+len(others), l.asked, "whoever came after a look began has another")
		for _, r := range append(append(others, first, second), same...) {
			require.Equal(t, http.StatusOK, r.Code)
		}
		require.Equal(t, same[0].Body.String(), same[1].Body.String())
		require.Equal(t, same[0].Body.String(), same[2].Body.String())
		require.Less(t, first.Body.Len(), same[0].Body.Len())
	})
}

func TestASharedLookFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &slowLister{t: t, next: make(chan error)}
		ask := askLists(t, l)
		before := []*httptest.ResponseRecorder{ask("/tickets"), ask("/tickets")}
		second, third := ask("/tickets"), ask("/tickets")
		for range before {
			l.next <- nil
			synctest.Wait()
		}
		l.next <- context.DeadlineExceeded
		synctest.Wait()
		for _, r := range before {
			require.Equal(t, http.StatusOK, r.Code)
		}
		require.Equal(t, http.StatusServiceUnavailable, second.Code)
		require.Equal(t, http.StatusServiceUnavailable, third.Code)
		require.NotEqual(t, second.Header().Get("X-Request-Id"), third.Header().Get("X-Request-Id"))
		require.NotEqual(t, second.Body.String(), third.Body.String(), "each problem names its request")

		fourth := ask("/tickets")
		l.next <- nil
		synctest.Wait()
		require.Equal(t, http.StatusOK, fourth.Code)
	})
}
