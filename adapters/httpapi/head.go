package httpapi

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
)

// readable is a router that answers HEAD wherever it answers GET.
type readable struct{ *echo.Echo }

// GET registers h for HEAD too: answerHead drops the body.
func (r readable) GET(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) *echo.Route {
	r.HEAD(path, h, m...)
	return r.Echo.GET(path, h, m...)
}

// answerHead answers HEAD with the status and headers of GET and the length of the body, which it does not
// send.
func answerHead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		head := &headWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(head, r)
		head.send()
	})
}

// headWriter holds an answer back until the length of the body is known.
type headWriter struct {
	http.ResponseWriter
	status int
	length int
}

func (w *headWriter) WriteHeader(status int) { w.status = status }

func (w *headWriter) Write(b []byte) (int, error) {
	w.length += len(b)
	return len(b), nil
}

// Flush does nothing: there is nothing to send yet.
func (w *headWriter) Flush() {}

// Unwrap returns the underlying writer for http.ResponseController.
func (w *headWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *headWriter) send() {
	h := w.Header()
	bodiless := w.status == http.StatusNoContent || w.status == http.StatusNotModified
	endless := h.Get(echo.HeaderContentType) == mimeEventStream
	if h.Get(echo.HeaderContentLength) == "" && !bodiless && !endless {
		h.Set(echo.HeaderContentLength, strconv.Itoa(w.length))
	}
	w.ResponseWriter.WriteHeader(w.status)
}
