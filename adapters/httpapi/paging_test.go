package httpapi_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
	"ticketd/ports"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)

func atNoon(s *setup) { s.now = func() time.Time { return noon } }

// wavering fails for titles that ask for it.
func wavering(s *setup) {
	s.classifier = domain.ClassifierFunc(func(ctx context.Context, text domain.Text) (domain.Answer, error) {
		if strings.Contains(text.Title(), "fail") {
			return domain.Answer{}, domain.ErrClassifierKey
		}
		return byWord(ctx, text)
	})
}

// fill adds 36 tickets of all kinds, all of the same microsecond. It returns them, newest first, and a user
// who created some.
func fill(t *testing.T, a *api, s store) ([]client.Ticket, int64) {
	t.Helper()
	ann := a.newUser(t, "Ann", "ann@example.com")
	for i := range 36 {
		title := fmt.Sprint(domain.Categories()[i%3], " ", domain.Priorities()[i/3%3])
		var by *int64
		switch {
		case i%5 == 0:
			by = &ann.Id
		case i%7 == 0:
			title = "fail"
		case i%9 == 1:
			wait(t, s)
			continue
		}
		id := a.newTicket(t, title, by).Id
		if i%4 == 0 {
			closeTicket(t, s, id)
		}
	}
	all, err := a.ListTicketsWithResponse(t.Context(), &client.ListTicketsParams{Limit: ptr(100)})
	require.NoError(t, err)
	require.Len(t, all.JSON200.Data, 36)
	return all.JSON200.Data, ann.Id
}

// wait stores a ticket that nobody classifies.
func wait(t *testing.T, s store) {
	t.Helper()
	pending, err := domain.NewTicket("pending", "d", nil, domain.Creators{}, noon)
	require.NoError(t, err)
	_, err = s.AddTicket(t.Context(), pending, ports.Lease{})
	require.NoError(t, err)
}

func closeTicket(t *testing.T, s store, id int64) {
	t.Helper()
	read, err := s.Ticket(t.Context(), domain.TicketID(id))
	require.NoError(t, err)
	read.Close(time.Now())
	require.NoError(t, s.SaveTicket(t.Context(), read))
}

// filters returns queries and the tickets that each lets through.
func filters(ann int64) map[string]func(client.Ticket) bool {
	one := map[string]func(client.Ticket) bool{
		"created_by=" + fmt.Sprint(ann): func(t client.Ticket) bool {
			return !t.CreatedBy.IsNull() && t.CreatedBy.MustGet() == ann
		},
	}
	for _, c := range []client.Category{"billing", "technical", "general"} {
		one["category="+string(c)] = func(t client.Ticket) bool {
			return !t.Category.IsNull() && t.Category.MustGet() == c
		}
	}
	for _, p := range []client.Priority{"low", "medium", "high"} {
		one["priority="+string(p)] = func(t client.Ticket) bool {
			return !t.Priority.IsNull() && t.Priority.MustGet() == p
		}
	}
	for _, s := range []client.Status{"open", "closed"} {
		one["status="+string(s)] = func(t client.Ticket) bool { return t.Status == s }
	}
	for _, s := range []client.AIStatus{"pending", "done", "fallback"} {
		one["ai_status="+string(s)] = func(t client.Ticket) bool { return t.AiStatus == s }
	}
	all := map[string]func(client.Ticket) bool{"": func(client.Ticket) bool { return true }}
	for q1, f1 := range one {
		all[q1] = f1
		for q2, f2 := range one {
			if name, _, _ := strings.Cut(q1, "="); q1 < q2 && !strings.HasPrefix(q2, name+"=") {
				all[q1+"&"+q2] = func(t client.Ticket) bool { return f1(t) && f2(t) }
			}
		}
	}
	return all
}

func TestPagesOfTickets(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		s := open(t)
		a := serve(t, s, atNoon, wavering)
		all, ann := fill(t, a, s)

		t.Run("all are of one microsecond, so that only the id can order them", func(t *testing.T) {
			t.Parallel()
			for i, tk := range all {
				require.True(t, tk.CreatedAt.Equal(noon), "%s", tk.CreatedAt)
				require.True(t, i == 0 || tk.Id < all[i-1].Id)
			}
		})
		for query, through := range filters(ann) {
			var want []int64
			for _, tk := range all {
				if through(tk) {
					want = append(want, tk.Id)
				}
			}
			t.Run("filtered by "+query+", cursor and offset give the same pages", func(t *testing.T) {
				t.Parallel()
				for _, limit := range []int{1, 3, 12} {
					byCursor := a.walk(t, "/tickets?"+query, limit, true)
					require.Equal(t, byCursor, a.walk(t, "/tickets?"+query, limit, false))
					require.Equal(t, want, slices.Concat(byCursor...))
					require.Len(t, byCursor, max(1, (len(want)+limit-1)/limit), "no page is empty unless all are")
				}
			})
			t.Run("filtered by "+query+", the total is exact", func(t *testing.T) {
				t.Parallel()
				p := a.page(t, "/tickets?include_total=true&limit=2&"+query).Pagination
				require.Equal(t, len(want), p.Total.MustGet())
				require.True(t, p.TotalIsExact.MustGet())
			})
		}
	})
}

func TestPagesOfUsers(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t), atNoon)
		var want []int64
		for i := range 7 {
			want = append([]int64{a.newUser(t, "u", fmt.Sprintf("u%d@example.com", i)).Id}, want...)
		}
		for _, limit := range []int{1, 3, 7, 100} {
			byCursor := a.walk(t, "/users?", limit, true)
			require.Equal(t, byCursor, a.walk(t, "/users?", limit, false))
			require.Equal(t, want, slices.Concat(byCursor...))
			require.Len(t, byCursor, (len(want)+limit-1)/limit)
		}
	})
}

func TestThePagination(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("of an empty list ends at once", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			for _, path := range []string{"/tickets?", "/users?"} {
				p := a.page(t, path)
				require.NotNil(t, p.Data)
				require.Empty(t, p.Data)
				require.Equal(t, 20, p.Pagination.Limit)
				require.Zero(t, p.Pagination.Offset)
				require.True(t, p.Pagination.NextCursor.IsNull() && p.Pagination.Total.IsNull() &&
					p.Pagination.TotalIsExact.IsNull())
			}
			require.Zero(t, a.page(t, "/tickets?include_total=true").Pagination.Total.MustGet())
			require.True(t, a.page(t, "/tickets?include_total=false").Pagination.Total.IsNull())
		})

		t.Run("behind the end of a list is empty", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			a.newTicket(t, "x", nil)
			p := a.page(t, "/tickets?offset=1&include_total=true")
			require.Empty(t, p.Data)
			require.Equal(t, 1, p.Pagination.Offset)
			require.True(t, p.Pagination.NextCursor.IsNull())
			require.Equal(t, 1, p.Pagination.Total.MustGet())
		})

		t.Run("does not move when tickets come during a walk by cursor", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), atNoon)
			var want []int64
			for range 6 {
				want = append([]int64{a.newTicket(t, "x", nil).Id}, want...)
			}
			var got []int64
			for path := "/tickets?limit=2"; path != ""; {
				p := a.page(t, path)
				got = append(got, p.ids()...)
				a.newTicket(t, "x", nil)
				path = p.next("/tickets?limit=2")
			}
			require.Equal(t, want, got)
		})

		t.Run("goes by time before it goes by id", func(t *testing.T) {
			t.Parallel()
			now := noon
			a := serve(t, open(t), func(s *setup) { s.now = func() time.Time { return now } })
			var want []int64
			for range 4 { // a clock that was set back
				want = append(want, a.newTicket(t, "x", nil).Id)
				now = now.Add(-time.Microsecond)
			}
			require.Equal(t, want, slices.Concat(a.walk(t, "/tickets?", 1, true)...))
			require.Equal(t, want, slices.Concat(a.walk(t, "/tickets?", 1, false)...))
		})
	})
}

// manyRows claims to hold more tickets than anybody counts.
type manyRows struct{ store }

func TestTheTotalOfALongList(t *testing.T) {
	t.Parallel()
	a := serve(t, openSQLite(t), func(s *setup) { s.store = manyRows{s.store} })
	p := a.page(t, "/tickets?include_total=true").Pagination
	require.Equal(t, 10_000, p.Total.MustGet(), "a lower bound")
	require.False(t, p.TotalIsExact.MustGet())
}
