package modelserver

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Reply is what the server sends, and how.
type Reply struct {
	Delay  time.Duration // before the status line
	Status int           // 0 stands for 200
	Header map[string]string
	Body   []byte
	Unpaid bool // a status 200 that nobody is charged for: an error in its body
	// if not 0: the connection is cut after so many bytes of the body (-1: before the status line)
	Cut  int
	Drip time.Duration // if not 0: one byte each
	Wire []byte        // if not nil: sent in place of any HTTP, then the connection is cut
}

func (r *Reply) status() int {
	if r.Status == 0 {
		return http.StatusOK
	}
	return r.Status
}

func (r *Reply) send(w http.ResponseWriter, req *http.Request) {
	if !pause(req, r.Delay) {
		panic(http.ErrAbortHandler) // a return would still send a status line
	}
	if r.Wire != nil {
		r.sendWire(w)
		return
	}
	if r.Cut < 0 {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(r.Body)))
	for name, value := range r.Header {
		h.Set(name, value)
	}
	w.WriteHeader(r.status())
	body := r.Body
	if r.Cut > 0 {
		body = body[:min(r.Cut, len(body))]
	}
	r.write(w, req, body)
	if r.Cut > 0 {
		panic(http.ErrAbortHandler)
	}
}

func (r *Reply) sendWire(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err) // HTTP/2, which this server does not speak
	}
	if _, err := conn.Write(r.Wire); err != nil {
		return // the client is gone
	}
	if err := conn.Close(); err != nil {
		return
	}
}

// write ends early if the client is gone: there is nobody left to tell.
func (r *Reply) write(w http.ResponseWriter, req *http.Request, body []byte) {
	out := http.NewResponseController(w)
	step := len(body)
	if r.Drip > 0 {
		step = 1
	}
	for len(body) > 0 {
		if _, err := w.Write(body[:step]); err != nil {
			return
		}
		body = body[step:]
		if r.Drip > 0 || r.Cut > 0 {
			if err := out.Flush(); err != nil || !pause(req, r.Drip) {
				return
			}
		}
	}
}

// pause waits and reports whether the client is still there afterwards.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// problem is an error in the provider's form; an empty code or param is null.
func problem(status int, kind, code, param, message string) *Reply {
	b := append([]byte(nil), `{"error":{"message":`...)
	b = quote(b, message)
	b = append(b, `,"type":`...)
	b = quote(b, kind)
	b = append(b, `,"param":`...)
	b = quoteOrNull(b, param)
	b = append(b, `,"code":`...)
	b = quoteOrNull(b, code)
	return &Reply{Status: status, Body: append(b, "}}"...)}
}

func refused(param, message string) *Reply {
	return problem(http.StatusBadRequest, "invalid_request_error", "", param, message)
}

// wrongKey repeats the key, as careless servers do.
func wrongKey(sent string) *Reply {
	return problem(http.StatusUnauthorized, "invalid_request_error", "invalid_api_key", "",
		"Incorrect API key provided: "+sent)
}

func quoteOrNull(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return quote(b, s)
}

// quote appends s as a JSON string. The only possible error is bad UTF-8, which is then replaced.
func quote(b []byte, s string) []byte {
	quoted, _ := jsontext.AppendQuote(b, s)
	return quoted
}
