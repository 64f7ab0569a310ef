package servers

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/lib/pq"
)

const (
	databaseTime   = "20060102150405"
	forgottenAfter = 24 * time.Hour
)

// CreateDatabase makes a database, whose name begins with prefix, on the server and returns its URL and what
// drops it. It also drops what a process left there that used the same prefix and was killed a day ago or
// earlier.
func CreateDatabase(server, prefix string) (databaseURL string, drop func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, errors.New("not a URL of PostgreSQL")
	}
	now := time.Now().UTC()
	name := prefix + now.Format(databaseTime) + "_" + strings.ToLower(rand.Text())
	err = onPostgres(server, func(ctx context.Context, db *sql.Conn) error {
		if err := dropForgotten(ctx, db, prefix, now.Add(-forgottenAfter)); err != nil {
			return err
		}
		_, err := db.ExecContext(ctx,
			`CREATE DATABASE `+pq.QuoteIdentifier(name)+` TEMPLATE template0 ENCODING 'UTF8'`)
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("create a database: %w", err)
	}
	u.Path = "/" + name
	return u.String(), func() error {
		return onPostgres(server, func(ctx context.Context, db *sql.Conn) error {
			return dropDatabase(ctx, db, name)
		})
	}, nil
}

func dropDatabase(ctx context.Context, db *sql.Conn, name string) error {
	if _, err := db.ExecContext(ctx,
		`DROP DATABASE IF EXISTS `+pq.QuoteIdentifier(name)+` WITH (FORCE)`); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

// dropForgotten leaves it to the other process if one is at it.
func dropForgotten(ctx context.Context, db *sql.Conn, prefix string, before time.Time) error {
	var mine bool
	if err := db.QueryRowContext(ctx, `SELECT pg_try_advisory_lock(hashtext($1))`,
		prefix).Scan(&mine); err != nil || !mine {
		return err
	}
	var names []string
	err := db.QueryRowContext(ctx, `SELECT coalesce(array_agg(datname::text), '{}') FROM pg_database
		WHERE datname ~ $1 AND datname < $2 AND pg_has_role(datdba, 'USAGE')`,
		"^"+prefix+`[0-9]{14}_[a-z0-9]+$`, prefix+before.Format(databaseTime)).Scan(pq.Array(&names))
	if err != nil {
		return fmt.Errorf("look for forgotten databases: %w", err)
	}
	for _, name := range names {
		if err := dropDatabase(ctx, db, name); err != nil {
			return err
		}
	}
	return nil
}
