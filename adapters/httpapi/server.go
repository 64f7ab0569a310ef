package httpapi

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel/trace"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/ports"
)

// UseCases are what the API offers.
type UseCases struct {
	CreateTicket          *app.CreateTicket
	RequestClassification *app.RequestClassification
	EditTicket            *app.EditTicket
	ListClassifications   *app.ListClassifications
	ReadStats             *app.ReadStats
	GetTicket             *app.GetTicket
	ListTickets           *app.ListTickets
	CreateUser            *app.CreateUser
	GetUser               *app.GetUser
	ListUsers             *app.ListUsers
	DeleteUser            *app.DeleteUser
}

// Options are what the edge needs beside the use cases.
type Options struct {
	RateLimit      RateLimit
	Keys           []Key                // without any, the API is open to everybody
	TrustedProxies []netip.Prefix       // X-Forwarded-For counts only from these
	Metrics        http.Handler         // serves /metrics; nil: nobody does
	MetricsPublic  bool                 // without a key
	Profiles       bool                 // serve /debug/pprof, with a key where there are keys
	Watcher        Watcher              // counts requests; nil: nobody does
	Tracer         trace.TracerProvider // nil: nobody traces
	Queued         bool                 // other processes classify
	Ready          []Check              // all must pass for /readyz to say so
	Clock          ports.Clock
	Log            *slog.Logger
}

type server struct {
	app    UseCases
	checks []Check
	queued bool
}

var _ gen.StrictServerInterface = (*server)(nil)

// New builds the handler of the whole API. The order of the middleware: the ids come first, since everything after them mentions them;
// the count and the log line come before the recovery, so that they see the status of a panic too; whose request it is comes before
// the limit, which counts by it, and the limit before the refusal of wrong keys, so that guessing is limited too; the validation
// comes last, since it costs most.
func New(uc UseCases, o Options) (http.Handler, error) {
	doc, err := loadSpec()
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = errorHandler(o.Log)
	e.Binder = binder{}
	e.IPExtractor = addressFrom(o.TrustedProxies)
	limit, err := rateLimit(o.RateLimit, o.Clock, o.Log)
	if err != nil {
		return nil, err
	}
	e.Use(chain(withRequestID, traceRequests(o.Tracer), identify(o.Keys), watchRequests(o.Watcher), logRequests(o.Log), recoverPanics, limit,
		requireKey(o.Keys, o.MetricsPublic), withDeadline, validate(operations(doc))))
	if err := mountDocs(e, doc); err != nil {
		return nil, err
	}
	if o.Metrics != nil {
		e.GET("/metrics", echo.WrapHandler(o.Metrics))
	}
	if o.Profiles {
		mountProfiles(e)
	}
	gen.RegisterHandlers(e, gen.NewStrictHandler(&server{app: uc, checks: o.Ready, queued: o.Queued}, traceUseCase(o.Tracer)))
	return e, nil
}

// chain puts the middleware together once; Echo would do it anew for every request. It goes on with what the router found.
func chain(all ...echo.MiddlewareFunc) echo.MiddlewareFunc {
	first := func(c echo.Context) error { return c.Handler()(c) }
	for _, m := range slices.Backward(all) {
		first = m(first)
	}
	return func(echo.HandlerFunc) echo.HandlerFunc { return first }
}

// addressFrom takes the client's address from the connection, or from X-Forwarded-For as far as trusted proxies wrote it.
func addressFrom(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range trusted {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	extract := echo.ExtractIPFromXFFHeader(options...)
	return func(r *http.Request) string {
		lines := r.Header[echo.HeaderXForwardedFor]
		for i, line := range lines {
			lines[i] = withoutPorts(line)
		}
		return extract(r)
	}
}

// withoutPorts leaves the addresses of a line of X-Forwarded-For: some proxies write where the client's connection came from with its port.
func withoutPorts(line string) string {
	if !strings.Contains(line, ":") {
		return line
	}
	entries := strings.Split(line, ",")
	for i, e := range entries {
		if a, err := netip.ParseAddrPort(strings.TrimSpace(e)); err == nil {
			entries[i] = a.Addr().String()
		}
	}
	return strings.Join(entries, ",")
}

// storeTime bounds what a request may wait for the store: one that is frozen must not hold requests up. A classification goes on
// beyond it. Until then a request goes on, also when net/http thinks that its client went away: it cannot tell one that is gone from
// one that has said all, closed his side of the connection and waits for the answer.
const storeTime = 10 * time.Second

func withDeadline(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Path() == profilesPath {
			return next(c) // takes as long as it is asked to
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), storeTime)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
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
