package httpapi

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/ports"
)

// UseCases are what the API offers.
type UseCases struct {
	CreateTicket          *app.CreateTicket
	RequestClassification *app.RequestClassification
	GetTicket             *app.GetTicket
	ListTickets           *app.ListTickets
	CreateUser            *app.CreateUser
	GetUser               *app.GetUser
	ListUsers             *app.ListUsers
	DeleteUser            *app.DeleteUser
}

// Options are what the edge needs beside the use cases.
type Options struct {
	RateLimit RateLimit
	Queued    bool    // other processes classify
	Ready     []Check // all must pass for /readyz to say so
	Clock     ports.Clock
	Log       *slog.Logger
}

type server struct {
	app    UseCases
	checks []Check
	queued bool
}

var _ gen.StrictServerInterface = (*server)(nil)

// New builds the handler of the whole API. The order of the middleware: the id comes first, since everything after it mentions it;
// the log line comes before the recovery, so that it sees the status of a panic too; the limit comes before the validation, which
// costs more than it.
func New(uc UseCases, o Options) (http.Handler, error) {
	doc, err := loadSpec()
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = errorHandler(o.Log)
	e.IPExtractor = echo.ExtractIPDirect()
	e.Use(withRequestID, logRequests(o.Log), recoverPanics, rateLimit(o.RateLimit, o.Clock), validate(operations(doc)))
	if err := mountDocs(e, doc); err != nil {
		return nil, err
	}
	gen.RegisterHandlers(e, gen.NewStrictHandler(&server{app: uc, checks: o.Ready, queued: o.Queued}, nil))
	return e, nil
}

// recoverPanics turns a panic into an error, except for the one that net/http wants to see itself.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http compares it
					panic(p)
				}
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}
