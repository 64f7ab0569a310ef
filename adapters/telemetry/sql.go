package telemetry

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"regexp"
	"strings"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/otel/attribute"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
)

// tracedDB returns a function that opens pools whose statements are spans, within a trace only: the sweeps
// that look for work all the time make none. Spans show neither the statements' values nor the engine's error
// texts, which may repeat the values.
func tracedDB(provider trace.TracerProvider, engine string) func(driver.Connector) *sql.DB {
	options := []otelsql.Option{
		otelsql.WithTracerProvider(provider), otelsql.WithMeterProvider(metricnoop.NewMeterProvider()),
		otelsql.WithAttributes(semconv.DBSystemNameKey.String(engine)),
		otelsql.WithSpanNameFormatter(func(_ context.Context, m otelsql.Method, query string) string {
			return summary(m, query)
		}),
		otelsql.WithSpanErrorAttributesGetter(func(err error) []attribute.KeyValue {
			return []attribute.KeyValue{semconv.ErrorType(err)}
		}),
		otelsql.WithSpanOptions(otelsql.SpanOptions{
			OmitConnResetSession: true, OmitConnPrepare: true, OmitRows: true, OmitConnectorConnect: true,
			RecordError: func(error) bool { return false },
			SpanFilter: func(ctx context.Context, _ otelsql.Method, _ string, _ []driver.NamedValue) bool {
				return trace.SpanContextFromContext(ctx).IsValid()
			},
		}),
	}
	return func(c driver.Connector) *sql.DB { return otelsql.OpenDB(c, options...) }
}

// The words after a table's name distinguish it from the locks of a SELECT and from functions.
var (
	changes = regexp.MustCompile(
		`\b(INSERT) INTO (\w+)|\b(UPDATE) (\w+)(?: AS \w+)? SET\b|\b(DELETE) FROM (\w+)`)
	reads = regexp.MustCompile(`\bFROM (\w+)(?:[^\w(]|$)`)
)

// summary returns what a statement does and to which table: "UPDATE tickets". A statement that changes
// something is named after the change, wherever a WITH has put it, and after the change of the tickets if it
// changes several tables.
func summary(m otelsql.Method, query string) string {
	if query == "" {
		return strings.TrimPrefix(string(m), "sql.") // tx.commit
	}
	first := ""
	for _, found := range changes.FindAllStringSubmatch(query, -1) {
		// one of the three alternatives
		name := found[1] + found[3] + found[5] + " " + found[2] + found[4] + found[6]
		if strings.HasSuffix(name, " tickets") {
			return name
		}
		first = cmp.Or(first, name)
	}
	if first != "" {
		return first
	}
	if found := reads.FindStringSubmatch(query); found != nil {
		return "SELECT " + found[1]
	}
	return "SELECT"
}
