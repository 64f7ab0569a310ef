package bootstrap

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ticketd/adapters/local/trained"
	"ticketd/adapters/metrics"
	"ticketd/adapters/redisstream"
	"ticketd/domain"
)

// Settings are checked and in their own types.
type Settings struct {
	Store      StoreSettings
	Classifier ClassifierSettings
	Price      *metrics.Price // nil: unknown
	Review     domain.ReviewPolicy
	Queue      QueueSettings
	Edge       EdgeSettings
	Telemetry  TelemetrySettings
	Process    ProcessSettings
}

// WorkerSettings are those of a worker.
type WorkerSettings struct {
	Store       StoreSettings
	Classifier  ClassifierSettings
	Price       *metrics.Price // nil: unknown
	Review      domain.ReviewPolicy
	RedisURL    string // may have a password: never log it
	Telemetry   TelemetrySettings
	Process     ProcessSettings
	Concurrency int
	MaxAttempts int
	Port        *int // nil: none
}

// QueueSettings say whether other processes classify.
type QueueSettings struct {
	Use      bool
	RedisURL string // may have a password: never log it
}

// ProcessSettings say how the process behaves.
type ProcessSettings struct {
	LogLevel        slog.Level
	ShutdownTimeout time.Duration
	Profiles        bool // serve /debug/pprof
}

// StoreSettings say where tickets are kept.
type StoreSettings struct {
	URL      string // has the password: never log it
	SQLite   bool
	MaxConns int
	Batch    bool // concurrent calls share statements
	Migrate  bool
}

// ClassifierSettings say who classifies.
type ClassifierSettings struct {
	Name       string         // "openai", "local" or "cascade"
	Threshold  float64        // of the cascade
	LocalModel string         // a file; empty for what is built in
	model      *trained.Model // what LocalModel holds, once it is read
	APIKey     string         // never log it
	BaseURL    string         // empty for OpenAI; may have credentials: never log it
	Model      string
	Timeout    time.Duration
	Redact     bool // what the model is sent
	MaxOutput  int  // tokens of an answer; 0: the dialect chooses
	Effort     string
	Headers    http.Header // never log them
	Warmup     time.Duration
	Heal       bool // classify fallbacks again once the model answers
}

// reader checks values one by one and remembers every complaint, each under its variable's name and without the value where that
// may be secret.
type reader struct{ errs []error }

func (r *reader) complain(name, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s %s", name, fmt.Sprintf(format, args...)))
}

func (r *reader) number(name, text string, low, high int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		r.complain(name, "must be a whole number from %d to %d, not %q", low, high, text)
	}
	return n
}

// fraction also refuses "NaN".
func (r *reader) fraction(name, text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		r.complain(name, "must be a number from 0 to 1, not %q", text)
	}
	return f
}

func (r *reader) millis(name, text string, low, high int) time.Duration {
	return time.Duration(r.number(name, text, low, high)) * time.Millisecond
}

func (r *reader) boolean(name, text string) bool {
	switch strings.ToLower(text) {
	case "true", "1", "yes", "on":
		return true
	case "false", "0", "no", "off":
		return false
	}
	r.complain(name, "must be true or false, not %q", text)
	return false
}

func (r *reader) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return fmt.Errorf("settings:\n  %w", errors.Join(indent(r.errs)...))
}

func indent(errs []error) []error {
	for i := 1; i < len(errs); i++ {
		errs[i] = fmt.Errorf("  %w", errs[i])
	}
	return errs
}

// Parse checks all settings of the server and reports everything that is wrong with them at once.
func (raw Raw) Parse() (Settings, error) {
	var r reader
	s := Settings{
		Store:      raw.Store.parse(&r),
		Classifier: raw.Classifier.parse(&r),
		Price:      raw.Price.parse(&r),
		Review:     raw.Review.parse(&r),
		Queue:      raw.Queue.parse(&r),
		Edge:       raw.Edge.parse(&r),
		Telemetry:  raw.Telemetry.parse(&r),
		Process:    raw.Process.parse(&r),
	}
	return s, r.err()
}

// Parse checks the store's settings alone, for commands that need no others.
func (raw RawStore) Parse() (StoreSettings, error) {
	var r reader
	s := raw.parse(&r)
	return s, r.err()
}

func (raw RawStore) parse(r *reader) StoreSettings {
	s := StoreSettings{
		URL:      raw.DBURL,
		MaxConns: r.number("DB_MAX_CONNS", raw.DBMaxConns, 1, 1000),
		Batch:    r.boolean("DB_BATCH", raw.DBBatch),
		Migrate:  r.boolean("MIGRATE", raw.Migrate),
	}
	scheme, rest, found := strings.Cut(raw.DBURL, "://")
	switch {
	case found && scheme == "sqlite" && rest != "":
		s.SQLite = true
	case found && (scheme == "postgres" || scheme == "postgresql"):
		if _, err := url.Parse(raw.DBURL); err != nil {
			r.complain("DB_URL", "is no well-formed URL; characters such as @ : / ? # in a password must be %%-escaped")
		}
	default:
		r.complain("DB_URL", "must begin with sqlite:// and a file name, postgres:// or postgresql://")
	}
	return s
}

func (raw RawReview) parse(r *reader) domain.ReviewPolicy {
	return domain.ReviewPolicy{
		Threshold: r.fraction("REVIEW_THRESHOLD", raw.Threshold),
		AuditRate: r.fraction("AUDIT_RATE", raw.AuditRate),
	}
}

func (raw RawQueue) parse(r *reader) QueueSettings {
	s := QueueSettings{Use: r.boolean("USE_QUEUE", raw.UseQueue), RedisURL: raw.RedisURL}
	if raw.RedisURL == "" {
		if s.Use {
			r.complain("REDIS_URL", "is missing: USE_QUEUE=true needs it")
		}
		return s
	}
	if err := redisstream.CheckURL(raw.RedisURL); err != nil {
		r.complain("REDIS_URL", "%s", err)
	}
	return s
}

func (raw RawProcess) parse(r *reader) ProcessSettings {
	s := ProcessSettings{
		ShutdownTimeout: r.millis("SHUTDOWN_TIMEOUT_MS", raw.ShutdownTimeout, 0, 600_000), Profiles: r.boolean("PPROF", raw.Profiles),
	}
	switch strings.ToLower(raw.LogLevel) {
	case "debug", "info", "warn", "error":
		// The names are slog's own, so this cannot fail.
		_ = s.LogLevel.UnmarshalText([]byte(raw.LogLevel))
	default:
		r.complain("LOG_LEVEL", "must be debug, info, warn or error, not %q", raw.LogLevel)
	}
	return s
}
