package httpapi

import (
	"bytes"
	"context"
	"math"
	"sync"

	"ticketd/adapters/httpapi/gen"
	"ticketd/adapters/internal/batch"
	"ticketd/app"
	"ticketd/ports"
)

// sharedLists lets those who ask for the same page of tickets at the same moment, as dashboards do, share
// one look at the store and one page of JSON. A call joins only a look that has not begun, so it sees
// whatever was written before it. Each caller keeps their own deadline.
type sharedLists struct {
	lists *app.ListTickets

	mu     sync.Mutex
	wanted map[listKey]*wantedList
}

// listKey is a query, with the zero value for what it leaves out.
type listKey struct {
	category, priority, status, aiStatus, q, cursor string
	createdBy                                       int64
	limit, offset                                   int
	review, noReview, total                         bool
}

type wantedList struct {
	*batch.Batcher[listCall, content]
	callers int
}

type listCall struct {
	filter ports.TicketFilter
	page   ports.Page
	total  bool
}

func newSharedLists(lists *app.ListTickets) *sharedLists {
	return &sharedLists{lists: lists, wanted: map[listKey]*wantedList{}}
}

func listKeyOf(q gen.ListTicketsParams) listKey {
	k := listKey{
		category: string(valueOf(q.Category)), priority: string(valueOf(q.Priority)),
		status:   string(valueOf(q.Status)),
		aiStatus: string(valueOf(q.AiStatus)), q: valueOf(q.Q), cursor: valueOf(q.Cursor),
		createdBy: valueOf(q.CreatedBy), limit: limitFromAPI(q.Limit), offset: valueOf(q.Offset),
		total: valueOf(q.IncludeTotal),
	}
	k.review = valueOf(q.NeedsReview)
	k.noReview = q.NeedsReview != nil && !k.review
	return k
}

func valueOf[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// page returns the page that key and call name.
func (s *sharedLists) page(ctx context.Context, key listKey, call listCall) (content, error) {
	w := s.join(key)
	defer s.leave(key, w)
	return w.Do(ctx, call)
}

func (s *sharedLists) join(key listKey) *wantedList {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.wanted[key]
	if w == nil {
		// With a second look at a time nobody waits behind one that hangs.
		o := batch.Options[listCall]{Size: math.MaxInt, Flights: 2, Timeout: storeTime}
		w = &wantedList{Batcher: batch.New(o, s.look)}
		s.wanted[key] = w
	}
	w.callers++
	return w
}

func (s *sharedLists) leave(key listKey, w *wantedList) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.callers--; w.callers == 0 {
		delete(s.wanted, key)
	}
}

// look answers calls for one and the same page.
func (s *sharedLists) look(ctx context.Context, calls []listCall) ([]content, error) {
	list, err := s.lists.Handle(ctx, calls[0].filter, calls[0].page, calls[0].total)
	if err != nil {
		return nil, err
	}
	page := ticketPageJSON(calls[0].page, list)
	if len(calls) > 1 {
		var once bytes.Buffer
		if err := page(&once); err != nil {
			return nil, err
		}
		page = func(b *bytes.Buffer) error {
			_, err := b.Write(once.Bytes())
			return err
		}
	}
	pages := make([]content, len(calls))
	for i := range pages {
		pages[i] = page
	}
	return pages, nil
}
