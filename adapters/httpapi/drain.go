package httpapi

import (
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	// takenByServer is how many bytes of an unread body net/http itself reads before it answers. If there is
	// more, net/http closes the connection, and the client sees a reset in place of the answer (as in
	// https://github.com/nodejs/node/issues/9085).
	takenByServer = 256 << 10
	// maxDrained and drainTime bound what is read and discarded after an answer.
	maxDrained = 32 << 20
	drainTime  = 10 * time.Second
)

// drain answers first and then reads what the client still sends: many clients read no answer before they
// have sent everything. A client that waits for 100 Continue has sent nothing yet and is refused at once.
func drain(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength >= 0 && r.ContentLength <= takenByServer || r.Header.Get("Expect") != "" {
			next.ServeHTTP(w, r)
			return
		}
		control, body := http.NewResponseController(w), r.Body
		if control.EnableFullDuplex() != nil { // not a connection of HTTP/1
			next.ServeHTTP(w, r)
			return
		}
		if r.ContentLength > maxDrained {
			w.Header().Set(echo.HeaderConnection, "close")
		}
		next.ServeHTTP(w, r)
		if control.Flush() != nil || control.SetReadDeadline(time.Now().Add(drainTime)) != nil {
			return
		}
		// An error means that the client is gone or the time is over; net/http then closes the connection.
		_, _ = io.CopyN(io.Discard, body, maxDrained)
	})
}
