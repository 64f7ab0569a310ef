package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"ticketd/adapters/httpapi/gen"
	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
	"ticketd/ports"
)

const mimeEventStream = "text/event-stream"

// parseEventTypes reads the parameter type. It is KindInvalid if one of them is unknown.
func parseEventTypes(list string) (types []domain.EventType, err error) {
	for slug := range strings.SplitSeq(list, ",") {
		t, err := domain.ParseEventType(slug)
		if err != nil {
			return nil, err
		}
		types = append(types, t)
	}
	return types, nil
}

func checkEventTypes(list string) string {
	if _, err := parseEventTypes(list); err != nil {
		return "must be types joined by commas: " + strings.Join(slugs(domain.EventTypes()), ", ")
	}
	return ""
}

func slugs[L fmt.Stringer](list []L) []string {
	names := make([]string, len(list))
	for i, l := range list {
		names[i] = l.String()
	}
	return names
}

var eventRules = map[string]func(string) string{
	"after": checkEventCursor, "Last-Event-ID": checkEventCursor, "type": checkEventTypes,
}

// ListEvents serves GET /events.
func (s *server) ListEvents(ctx context.Context,
	req gen.ListEventsRequestObject) (gen.ListEventsResponseObject, error) {
	if s.app.Events == nil {
		return nil, errEventsOff
	}
	q := req.Params
	var f ports.EventFilter
	if q.Type != nil {
		var err error
		if f.Types, err = parseEventTypes(*q.Type); err != nil {
			return nil, err
		}
	}
	limit := limitFromAPI(q.Limit)
	if isStream(ctx) {
		return s.streamEvents(ctx, f, q, limit)
	}
	var wait time.Duration
	if q.Wait != nil && *q.Wait > 0 {
		leave, err := s.app.Events.Enter()
		if err != nil {
			return nil, err
		}
		defer leave()
		wait = time.Duration(*q.Wait) * time.Second
	}
	page, err := s.app.Events.Handle(ctx, f, eventPositionFromAPI(q.After), limit, wait)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: eventPageJSON(page.Events, &page.Next)}, nil
}

// ListTicketEvents serves GET /tickets/{id}/events.
func (s *server) ListTicketEvents(ctx context.Context,
	req gen.ListTicketEventsRequestObject) (gen.ListTicketEventsResponseObject, error) {
	if s.app.Events == nil {
		return nil, errEventsOff
	}
	limit, after := limitFromAPI(req.Params.Limit), eventPositionFromAPI(req.Params.After)
	page, err := s.app.Events.Of(ctx, domain.TicketID(req.Id), after, limit)
	if err != nil {
		return nil, err
	}
	next := &page.Next
	if page.End {
		next = nil
	}
	return &answer{status: http.StatusOK, body: eventPageJSON(page.Events, next)}, nil
}

// eventPositionFromAPI returns the place of a cursor that has been checked; the beginning without one.
func eventPositionFromAPI(cursor *string) (p ports.EventPosition) {
	if cursor != nil {
		p, _ = decodeEventCursor(*cursor)
	}
	return p
}

func eventPageJSON(list []ports.StoredEvent, next *ports.EventPosition) content {
	return func(b *bytes.Buffer) error {
		page := append(b.AvailableBuffer(), `{"data":[`...)
		for i, e := range list {
			if i > 0 {
				page = append(page, ',')
			}
			page = apijson.AppendEvent(page, e.Event)
		}
		b.Write(append(page, `],"pagination":`...))
		var around struct {
			NextCursor *string `json:"next_cursor"`
		}
		if next != nil {
			around.NextCursor = new(encodeEventCursor(*next))
		}
		if err := json.MarshalWrite(b, around); err != nil {
			return err
		}
		return b.WriteByte('}')
	}
}

const (
	// streamPulse is how often a stream says that it is alive, so that proxies let it stand and a client that
	// is gone is noticed.
	streamPulse = 15 * time.Second
	// streamWrite is how long a client may take for what is written to it.
	streamWrite = 20 * time.Second
	// streamAgain is how long a browser waits before it connects again, in milliseconds.
	streamAgain = 2000
)

type streamKey struct{}

// isStream reports whether the client of a GET or HEAD asked for a stream of events.
func isStream(ctx context.Context) bool { return ctx.Value(streamKey{}) != nil }

// wantsStream reports whether the client prefers a stream: browsers name nothing else.
func wantsStream(r *http.Request) bool {
	return strings.HasPrefix(strings.ToLower(r.Header.Get(echo.HeaderAccept)), mimeEventStream)
}

// asStream marks a request for a stream with its method, and reports whether it has no deadline.
func asStream(c echo.Context) bool {
	r := c.Request()
	if c.Path() != "/events" || !wantsStream(r) {
		return false
	}
	c.SetRequest(r.WithContext(context.WithValue(r.Context(), streamKey{}, r.Method)))
	return r.Method == http.MethodGet
}

// eventStream is an answer of server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
type eventStream struct {
	ctx    context.Context
	server *server
	filter ports.EventFilter
	after  ports.EventPosition
	limit  int
	leave  func()
}

// streamEvents finds out where the stream begins.
func (s *server) streamEvents(
	ctx context.Context, f ports.EventFilter, q gen.ListEventsParams, limit int,
) (gen.ListEventsResponseObject, error) {
	leave, err := s.app.Events.Enter()
	if err != nil {
		return nil, err
	}
	stream := &eventStream{ctx: ctx, server: s, filter: f, limit: limit, leave: leave}
	switch {
	case q.LastEventID != nil:
		stream.after = eventPositionFromAPI(q.LastEventID)
	case q.After != nil:
		stream.after = eventPositionFromAPI(q.After)
	default:
		if stream.after, err = s.app.Events.Last(ctx); err != nil {
			leave()
			return nil, err
		}
	}
	return stream, nil
}

// VisitListEventsResponse writes events until the client is gone, the server stops, or the store fails: then
// the client connects again.
func (e *eventStream) VisitListEventsResponse(w http.ResponseWriter) error {
	defer e.leave()
	control := http.NewResponseController(w)
	h := w.Header()
	h.Set(echo.HeaderContentType, mimeEventStream)
	h.Set(echo.HeaderCacheControl, "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	if e.ctx.Value(streamKey{}) == http.MethodHead {
		return nil
	}
	text := fmt.Appendf(nil, "retry: %d\n\n", streamAgain)
	for {
		// A writer without deadlines needs no later one.
		_ = control.SetWriteDeadline(time.Now().Add(streamWrite))
		if _, err := w.Write(text); err != nil {
			return nil //nolint:nilerror // the client is gone
		}
		if err := control.Flush(); err != nil {
			return nil //nolint:nilerror // the client is gone
		}
		page, err := e.server.app.Events.Handle(e.ctx, e.filter, e.after, e.limit, streamPulse)
		if err != nil || e.ctx.Err() != nil {
			return nil //nolint:nilerror // its client asks again, and gets the error as an answer
		}
		e.after, text = page.Next, []byte(": still here\n\n")
		if len(page.Events) > 0 {
			text = text[:0]
		}
		for _, event := range page.Events {
			text = fmt.Appendf(text, "id: %s\nevent: %s\ndata: ", encodeEventCursor(event.Position), event.Type)
			text = append(apijson.AppendEvent(text, event.Event), "\n\n"...)
		}
		select {
		case <-e.server.app.Events.Stopped():
			if len(page.Events) == 0 {
				return nil
			}
		default:
		}
	}
}
