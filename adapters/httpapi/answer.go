package httpapi

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/go-json-experiment/json"

	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
)

// answer is a success with a body, in place of the generated types: their maps for what may be null took most
// of a request's time at the edge.
type answer struct {
	status         int
	etag, location string // "" is none
	body           content
}

// content writes the JSON of an answer.
type content func(*bytes.Buffer) error

// encoded returns v as JSON, by reflection.
func encoded(v any) content { return func(b *bytes.Buffer) error { return json.MarshalWrite(b, v) } }

func ticketJSON(t domain.Ticket) content {
	return func(b *bytes.Buffer) error {
		b.Grow(ticketRoom + len(t.Text().Title()) + len(t.Text().Description()))
		b.Write(apijson.AppendTicket(b.AvailableBuffer(), t))
		return nil
	}
}

// maxKept is the largest body in bytes whose buffer serves the next answer: a page of usual tickets fits, one
// of the longest texts must not stay in memory.
const maxKept = 64 << 10

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var contentTypeJSON = []string{mimeJSON}

func (a *answer) write(w http.ResponseWriter) error {
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Reset()
	defer func() {
		if buffer.Cap() <= maxKept {
			buffers.Put(buffer)
		}
	}()
	if err := a.body(buffer); err != nil {
		return fmt.Errorf("encode an answer: %w", err)
	}
	buffer.WriteByte('\n')
	h := w.Header()
	h["Content-Type"] = contentTypeJSON
	h.Set("Content-Length", strconv.Itoa(buffer.Len()))
	if a.etag != "" {
		h.Set("Etag", a.etag)
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	w.WriteHeader(a.status)
	_, err := w.Write(buffer.Bytes())
	return err
}

func (a *answer) VisitCreateTicketResponse(w http.ResponseWriter) error        { return a.write(w) }
func (a *answer) VisitGetTicketResponse(w http.ResponseWriter) error           { return a.write(w) }
func (a *answer) VisitEditTicketResponse(w http.ResponseWriter) error          { return a.write(w) }
func (a *answer) VisitClassifyTicketResponse(w http.ResponseWriter) error      { return a.write(w) }
func (a *answer) VisitListTicketsResponse(w http.ResponseWriter) error         { return a.write(w) }
func (a *answer) VisitListClassificationsResponse(w http.ResponseWriter) error { return a.write(w) }
func (a *answer) VisitCreateUserResponse(w http.ResponseWriter) error          { return a.write(w) }
func (a *answer) VisitGetUserResponse(w http.ResponseWriter) error             { return a.write(w) }
func (a *answer) VisitListUsersResponse(w http.ResponseWriter) error           { return a.write(w) }
func (a *answer) VisitListEventsResponse(w http.ResponseWriter) error          { return a.write(w) }
func (a *answer) VisitListTicketEventsResponse(w http.ResponseWriter) error    { return a.write(w) }
func (a *answer) VisitCreateWebhookResponse(w http.ResponseWriter) error       { return a.write(w) }
func (a *answer) VisitListWebhooksResponse(w http.ResponseWriter) error        { return a.write(w) }
func (a *answer) VisitGetWebhookResponse(w http.ResponseWriter) error          { return a.write(w) }
func (a *answer) VisitEditWebhookResponse(w http.ResponseWriter) error         { return a.write(w) }
func (a *answer) VisitRotateWebhookSecretResponse(w http.ResponseWriter) error { return a.write(w) }
func (a *answer) VisitTestWebhookResponse(w http.ResponseWriter) error         { return a.write(w) }
func (a *answer) VisitListDeliveriesResponse(w http.ResponseWriter) error      { return a.write(w) }
func (a *answer) VisitReplayDeliveriesResponse(w http.ResponseWriter) error    { return a.write(w) }
