package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ticketd/adapters/metrics"
	"ticketd/adapters/openai"
	"ticketd/adapters/postgres"
	"ticketd/adapters/redisstream"
	"ticketd/adapters/sqlite"
	"ticketd/adapters/telemetry"
	"ticketd/app/classification"
	"ticketd/cmd/settings"
	"ticketd/domain"
	"ticketd/ports"
)

// CheckUp says whether a set-up will work before the first ticket comes. It stores no ticket.
type CheckUp struct {
	settings  settings.Common
	candidate Candidate
	log       *slog.Logger
}

// NewCheckUp makes the classifier and opens nothing.
func NewCheckUp(s settings.Common, logs io.Writer) (*CheckUp, error) {
	candidate, err := NewCandidate(s.Classifier)
	return &CheckUp{s, candidate, newLogger(logs, s.Process.LogLevel)}, err
}

// Price returns what the model costs, nil if unknown.
func (c *CheckUp) Price() *metrics.Price { return c.settings.Price }

// Candidate returns the classifier that will work.
func (c *CheckUp) Candidate() Candidate { return c.candidate }

// Free reports whether the model's server is this machine or its own network, where calls cost nothing.
func (c *CheckUp) Free() bool {
	u, err := url.Parse(c.settings.Classifier.BaseURL)
	if err != nil || u.Hostname() == "" {
		return c.candidate.Server == nil
	}
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate()
	}
	return !strings.Contains(strings.TrimSuffix(u.Hostname(), ".docker.internal"), ".")
}

// Database says what is in DB_URL, or why it cannot be used. A file that does not exist yet stays so.
func (c *CheckUp) Database(ctx context.Context) (string, error) {
	if c.settings.Store.SQLite {
		path, err := sqlite.PathOf(c.settings.Store.URL)
		if err != nil {
			return "", fmt.Errorf("DB_URL: %w", err)
		}
		if _, err := os.Stat(path); os.IsNotExist(err) {
			return c.newFile(path)
		}
	}
	st, m, err := connect(ctx, c.settings.Store, telemetry.Traces{}, c.log)
	if err != nil {
		return "", err
	}
	defer func() { _ = st.Close() }() // nothing was written
	status, err := m.Version(ctx)
	if err != nil {
		return "", fmt.Errorf("DB_URL: %w", err)
	}
	schema := fmt.Sprintf("%d of %d", status.Current, status.Latest)
	switch {
	case status.Current >= status.Latest:
		return c.settings.Store.Kind() + ", schema up to date", c.replicas(ctx, st)
	case c.settings.Store.Migrate:
		return fmt.Sprintf("%s, schema %s, brought up to date at the start", c.settings.Store.Kind(), schema), nil
	}
	return "", fmt.Errorf("MIGRATE: is false and the schema is %s: run `ticketd migrate up`", schema)
}

// replicas says what is wrong with those of DB_READ_URL.
func (c *CheckUp) replicas(ctx context.Context, st store) error {
	primary, ok := st.(*postgres.Store)
	if !ok || c.settings.Store.ReadURL == "" {
		return nil
	}
	o := postgres.ReaderOptions{MaxConns: 1, Meter: ports.NoMeter{}, Log: c.log}
	r, err := postgres.NewReader(primary, c.settings.Store.ReadURL, o)
	if err == nil {
		err = errors.Join(r.Examine(ctx), r.Close())
	}
	if err != nil {
		return fmt.Errorf("DB_READ_URL: %w", err)
	}
	return nil
}

// newFile says whether the file can be made at the first start.
func (c *CheckUp) newFile(path string) (string, error) {
	folder, err := os.Stat(filepath.Dir(path))
	switch {
	case err != nil || !folder.IsDir():
		return "", fmt.Errorf("DB_URL: the folder of %s does not exist", path)
	case !c.settings.Store.Migrate:
		return "", fmt.Errorf("MIGRATE: is false and %s does not exist: run `ticketd migrate up`", path)
	}
	return "sqlite, a new file at the first start", nil
}

// Redis says whether REDIS_URL can be used, and "" if nothing needs it.
func (c *CheckUp) Redis(ctx context.Context) (string, error) {
	if c.settings.Queue.Redis.URL == "" {
		return "", nil
	}
	redisstream.QuietLibrary()
	client, err := redisstream.NewClient(c.settings.Queue.Redis, "check", 1)
	if err != nil {
		return "", err
	}
	defer func() { _ = client.Close() }() // nothing was written
	if err := client.Ping(ctx); err != nil {
		return "", fmt.Errorf("REDIS_URL: %w", err)
	}
	if c.settings.Queue.Use {
		return "queue mode: `ticketd worker` processes classify", nil
	}
	return "for the shared rate limit", nil
}

// wakeTries are as many as a server gets for a ticket, so that what it stumbles over is found here, too.
const wakeTries = 5

// Wake lets a server load its model, for AI_WARMUP_MS at most, and learns its dialect.
func (c *CheckUp) Wake(ctx context.Context) (err error) {
	if c.candidate.Server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, max(c.settings.Classifier.Warmup, c.candidate.Timeout))
	defer cancel()
	for range wakeTries {
		err = c.candidate.Server.Probe(ctx)
		if domain.CodeOf(err) != domain.ErrClassifierUnavailable.Code || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// Tickets classifies tickets of our own.
func (c *CheckUp) Tickets(ctx context.Context) []classification.CheckedTicket {
	clock := ports.ClockFunc(time.Now)
	return classification.NewCheckClassifier(c.candidate.Classifier, c.candidate.Timeout, clock).Handle(ctx)
}

// Report is what was learnt about the model's server; empty without one.
func (c *CheckUp) Report() openai.Report {
	if c.candidate.Server == nil {
		return openai.Report{}
	}
	return c.candidate.Server.Report()
}

// Close ends what waits for the model's server.
func (c *CheckUp) Close() { c.candidate.Close() }
