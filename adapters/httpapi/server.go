package httpapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
)

// UseCases is what the API offers. A route without a rule of its own goes to the store.
type UseCases struct {
	CreateTicket          *app.CreateTicket
	EditTicket            *app.EditTicket
	DeleteTicket          *app.DeleteTicket
	RequestClassification *classification.RequestClassification
	ListTickets           *app.ListTickets
	ReadStats             *app.ReadStats
	CreateUser            *app.CreateUser

	Tickets ports.TicketReader
	Record  ports.RecordReader
	Users   Users
	Events  *app.FollowEvents // nil if there are none

	Webhooks *Webhooks // nil where there are no events
}

// Users reads and deletes users.
type Users interface {
	ports.UserReader
	ports.UserDeleter
}

// Options is what the edge needs besides the use cases.
type Options struct {
	RateLimit      RateLimit
	Keys           []Key                // if empty, the API is open to everybody
	TrustedProxies []netip.Prefix       // X-Forwarded-For and X-Forwarded-Prefix count only from these
	Origins        []string             // of pages that may use the API, as browsers write them; "*" allows all
	Metrics        http.Handler         // serves /metrics; may be nil
	MetricsPublic  bool                 // serve /metrics without a key
	Board          bool                 // serve /board
	Profiles       bool                 // serve /debug/pprof, with a key if there are keys
	Meter          RequestMeter         // counts requests; may be nil
	Tracer         trace.TracerProvider // may be nil
	Queued         bool                 // other processes classify
	Ready          []Check              // /readyz needs all to pass
	Receivers      domain.ReceiverRules // of webhooks
	Clock          ports.Clock
	Log            *slog.Logger
}

type server struct {
	app    UseCases
	lists  *sharedLists
	checks []Check
	queued bool
}

var _ gen.StrictServerInterface = (*server)(nil)

// New returns the handler of the whole API. The middleware runs in this order: ids first, since everything
// after mentions them; the count and the log line before the recovery, so that they see the status of a
// panic; the key's name before the limit, which counts by name; the limit before the refusal of wrong keys,
// so that guessing is limited; CORS before everything that refuses, so that browsers show the answer; the
// validation last, since it costs most.
func New(uc UseCases, o Options) (http.Handler, error) {
	doc, err := loadSpec()
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = errorHandler(o.Log)
	e.Binder = binder{}
	trusted := proxies(o.TrustedProxies)
	limit, err := rateLimit(o.RateLimit, trusted, o.Clock, o.Log)
	if err != nil {
		return nil, err
	}
	e.Use(chain(
		withRequestID, traceRequests(o.Tracer), identify(o.Keys), countRequests(o.Meter), logRequests(o.Log),
		recoverPanics, refuseAboveLimit, warnOfProxies(trusted, o.Log), prefixLocations(trusted),
		shareWith(o.Origins),
		limit, requireKey(o.Keys, o.MetricsPublic), withDeadline, validate(operations(doc, o.Receivers)),
	))
	routes := readable{e}
	err = errors.Join(mountStart(routes, o.Board), mountDocs(routes, len(o.Keys) > 0, o.MetricsPublic))
	if err != nil {
		return nil, err
	}
	if o.Board {
		if err := mountBoard(routes); err != nil {
			return nil, err
		}
	}
	if o.Metrics != nil {
		routes.GET("/metrics", echo.WrapHandler(o.Metrics))
	}
	if o.Profiles {
		mountProfiles(routes)
	}
	api := &server{app: uc, lists: newSharedLists(uc.ListTickets), checks: o.Ready, queued: o.Queued}
	gen.RegisterHandlers(routes, gen.NewStrictHandler(api, traceUseCase(o.Tracer)))
	compressed, err := compress(e)
	if err != nil {
		return nil, err
	}
	return drain(answerHead(compressed)), nil
}

// chain combines the middleware once; Echo would do so for every request. Then it calls the handler that the
// router found.
func chain(all ...echo.MiddlewareFunc) echo.MiddlewareFunc {
	first := func(c echo.Context) error { return c.Handler()(c) }
	for _, m := range slices.Backward(all) {
		first = m(first)
	}
	return func(echo.HandlerFunc) echo.HandlerFunc { return first }
}

// recoverPanics turns a panic into an error, except for the one that net/http wants to see itself.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares the value, too
					panic(p)
				}
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}
