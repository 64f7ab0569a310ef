package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/metrics"
	"ticketd/adapters/redislimit"
	"ticketd/adapters/telemetry"
	"ticketd/app"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/ports"
)

// The limits of a connection.
const (
	headerTime = 10 * time.Second // for a client to send its headers
	readTime   = 20 * time.Second // for the whole request
	idleTime   = 2 * time.Minute
	maxHeader  = 64 << 10
	// writeMargin is what the answer's time outlasts the classification by.
	writeMargin = 30 * time.Second
)

// Serve runs the REST API until ctx ends, then finishes what is in flight. It returns nil after an orderly stop.
func Serve(ctx context.Context, s settings.Server, stdout io.Writer) error {
	log := newLogger(stdout, s.Process.LogLevel)
	spans, err := telemetry.Start(ctx, s.Telemetry, "ticketd", log)
	if err != nil {
		return err
	}
	defer spans.Stop(ctx)
	figures := newMetrics(s.Classifier, s.Price)
	w := watchers{
		meter: figures, tracer: spans.Tracer(), dropped: figures.ParameterDropped, probed: figures.Probed,
	}
	subject, err := ownClassifier(ctx, s, w, log)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, s.Store, spans, log)
	if err != nil {
		subject.Close()
		return err
	}
	watchStore(figures, store)
	err = serveStore(ctx, s, subject, store, figures, w, spans, log)
	return errors.Join(err, store.Close())
}

func serveStore(
	ctx context.Context, s settings.Server, subject Subject, st store, figures *metrics.Metrics, w watchers, spans telemetry.Traces,
	log *slog.Logger,
) error {
	clock := ports.ClockFunc(time.Now)
	mode, err := newMode(s, subject, st, clock, w, log)
	if err != nil {
		return err
	}
	mode.watch(figures)
	shared, closeShared, err := sharedLimit(s.Queue.RedisURL)
	if err != nil {
		return errors.Join(err, mode.close())
	}
	defer closeShared()
	ready := &readiness{}
	handler, err := httpapi.New(useCases(st, mode.starter, clock, figures), httpapi.Options{
		RateLimit: httpapi.RateLimit{Window: s.Edge.LimitWindow, Max: s.Edge.LimitMax, Shared: shared},
		Keys:      s.Edge.Keys, TrustedProxies: s.Edge.TrustedProxies, Origins: s.Edge.Origins,
		Metrics: figures.Handler(), MetricsPublic: s.Edge.MetricsPublic, Profiles: s.Process.Profiles, Meter: figures, Tracer: spans.Tracer(),
		Queued: s.Queue.Use, Clock: clock, Log: log,
		Ready: append([]httpapi.Check{{Name: "process", Ping: ready.Ping}, {Name: "store", Ping: st.Ping}}, mode.checks...),
	})
	if err != nil {
		return errors.Join(err, mode.close())
	}
	listener, err := listen(ctx, s.Edge.Port)
	if err != nil {
		return errors.Join(err, mode.close())
	}
	if len(s.Edge.ShortKeys) > 0 {
		log.WarnContext(ctx, "API_KEYS has keys that are short enough to be guessed", "names", s.Edge.ShortKeys, "characters_at_least", settings.ShortKey)
	}
	here := fmt.Sprintf("http://localhost:%d", portOf(listener))
	log.InfoContext(ctx, "Server running", "port", portOf(listener), "store", s.Store.Kind(), "classifier", mode.classifier,
		"api", here+"/tickets", "docs", here+"/docs")
	mode.warmUp()
	err = running{
		server: newHTTPServer(closing(handler, ready), s.Classifier.Timeout), listener: listener, ready: ready, log: log,
		beside: append(mode.sweeps, app.NewSweepKeys(st, log).Run, app.NewIndexTickets(st, clock, log).Run), drain: mode.drain,
	}.until(ctx, s.Edge.StopDelay, s.Process.ShutdownTimeout)
	return errors.Join(err, mode.close())
}

// sharedLimit counts in Redis where there is one.
func sharedLimit(redisURL string) (ports.RequestCounter, func(), error) {
	if redisURL == "" {
		return nil, func() {}, nil
	}
	c, err := redislimit.New(redisURL, redislimit.AnswerTime)
	if err != nil {
		return nil, nil, err
	}
	// Closing connections at the end can fail only because they are gone.
	return c, func() { _ = c.Close() }, nil
}

func portOf(l net.Listener) int {
	return l.Addr().(*net.TCPAddr).Port // it listens on TCP
}

func useCases(st store, starter classification.Starter, clock ports.Clock, meter ports.Meter) httpapi.UseCases {
	return httpapi.UseCases{
		CreateTicket:          app.NewCreateTicket(st, st, starter, clock),
		RequestClassification: classification.NewRequestClassification(st, starter),
		EditTicket:            app.NewEditTicket(st, clock, meter),
		ReadStats:             app.NewReadStats(st),
		ListTickets:           app.NewListTickets(st),
		CreateUser:            app.NewCreateUser(st, clock),

		Tickets: st, Record: st, Users: st,
	}
}

func listen(ctx context.Context, port int) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", ":"+strconv.Itoa(port))
	if err != nil {
		return nil, fmt.Errorf("cannot listen on port %d; is another process there? Choose another with PORT: %w", port, err)
	}
	return l, nil
}

func newHTTPServer(h http.Handler, classification time.Duration) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      classification + writeMargin,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		// Its lines are about broken connections and name the clients' addresses.
		ErrorLog: log.New(io.Discard, "", 0),
	}
}
