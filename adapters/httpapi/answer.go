package httpapi

import (
	"net/http"
	"strconv"
	"sync"
)

// answer is a success with a body, in place of the generated types: their maps for what may be null and their encoding by reflection
// took most of a request's time at the edge. It is written once and must not be used afterwards.
type answer struct {
	status         int
	etag, location string // "" is none
	body           []byte // JSON
}

// maxKept is the largest body in bytes whose buffer serves the next answer: a page of usual tickets fits, one of the longest texts
// must not stay in memory.
const maxKept = 64 << 10

var answers = sync.Pool{New: func() any { return new(answer) }}

func newAnswer(status int) *answer {
	a := answers.Get().(*answer)
	*a = answer{status: status, body: a.body[:0]}
	return a
}

var contentTypeJSON = []string{mimeJSON}

func (a *answer) write(w http.ResponseWriter) error {
	a.body = append(a.body, '\n')
	h := w.Header()
	h["Content-Type"] = contentTypeJSON
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	if a.etag != "" {
		h.Set("Etag", a.etag)
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	w.WriteHeader(a.status)
	_, err := w.Write(a.body)
	if cap(a.body) <= maxKept {
		answers.Put(a)
	}
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
