package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	_ "github.com/lib/pq" // the driver

	"ticketd/adapters/postgres"
	"ticketd/migrations"
	"ticketd/tests/support/testenv"
)

// newServer starts a PostgreSQL server and makes the program's schema.
func newServer(ctx context.Context, settings ...testenv.Option) (string, error) {
	server, err := testenv.StartPostgres(settings...)
	if err != nil {
		return "", err
	}
	store, err := postgres.Open(ctx, server, postgres.Options{MaxConns: 1})
	if err != nil {
		return "", err
	}
	m, err := migrations.Postgres(store.Connector(), slog.New(slog.DiscardHandler))
	if err == nil {
		err = m.Up(ctx)
	}
	return server, errors.Join(err, store.Close())
}

// open returns a connection for statements that may take hours.
func open(server string) (*sql.DB, error) {
	db, err := sql.Open("postgres", server)
	if err == nil {
		db.SetMaxOpenConns(1) // its settings and temporary procedures belong to one connection
	}
	return db, err
}

// openExplained opens a store of one connection, so that statements become prepared ones with the plans that
// a long-lived process has. The server writes the plan of each into its log.
func openExplained(ctx context.Context, server string) (*postgres.Store, error) {
	u, err := url.Parse(server)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("options", "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 "+
		"-c auto_explain.log_analyze=on -c auto_explain.log_timing=off -c auto_explain.log_buffers=on "+
		"-c auto_explain.log_format=json")
	u.RawQuery = q.Encode()
	return postgres.Open(ctx, u.String(), postgres.Options{MaxConns: 1, Pooler: postgres.PoolerNone})
}

// say reports progress beside the tables on the standard output.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// do runs statements one by one.
func do(ctx context.Context, db *sql.DB, statements ...string) error {
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%.200s: %w", s, err)
		}
	}
	return nil
}

// column returns the first column of a query.
func column(ctx context.Context, db *sql.DB, query string, args ...any) (list []string, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
