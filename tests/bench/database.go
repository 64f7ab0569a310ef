package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"strings"

	"github.com/lib/pq"

	"ticketd/tests/bench/dataset"
	"ticketd/tests/support/testenv"
)

const (
	scratchPrefix = "ticketd_bench_"
	keptPrefix    = "ticketd_bench_kept_"
)

// database is a seeded database.
type database struct {
	url    string
	schema string // identifies the schema
	size   dataset.Size
	db     *sql.DB
}

func (b *bench) findServer() (string, error) {
	switch {
	case b.DBURL != "":
		return b.DBURL, onThisMachine(b.DBURL)
	case b.Private:
		return testenv.StartPostgres()
	default:
		return testenv.FindPostgres()
	}
}

func onThisMachine(databaseURL string) error {
	u, err := url.Parse(databaseURL)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return errors.New("--db-url must be a well-formed URL that begins with postgres://")
	}
	host := u.Hostname()
	if ip := net.ParseIP(host); host == "" || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return errors.New("--db-url must be on this machine: localhost, a loopback address or a socket")
}

// provide gives a contender its data. Those whose programs make the same schema share a database.
func (b *bench) provide(ctx context.Context, c *contender, others []*contender) error {
	fresh, drop, err := testenv.CreateDatabase(b.server, scratchPrefix)
	if err != nil {
		return err
	}
	b.onEnd(drop) // also if the database gets another name: then there is nothing to drop
	if err := migrateUp(ctx, c, fresh); err != nil {
		return err
	}
	schema, err := schemaOf(ctx, fresh)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.data != nil && o.data.schema == schema {
			c.data = o.data
			return nil
		}
	}
	c.data = &database{schema: schema, url: fresh, size: dataset.Size{Tickets: b.Tickets, Users: b.Users}}
	if b.Keep {
		err = b.takeKept(ctx, c.data)
	} else {
		err = b.seed(ctx, c.data)
	}
	if err != nil {
		return err
	}
	c.data.db, err = sql.Open("postgres", c.data.url)
	if err != nil {
		return err
	}
	b.onEnd(c.data.db.Close)
	return dataset.Restore(ctx, c.data.db, c.data.size)
}

func migrateUp(ctx context.Context, c *contender, databaseURL string) error {
	cmd := exec.CommandContext(ctx, c.binary, "migrate", "up")
	cmd.Env = []string{"DB_URL=" + databaseURL}
	_, err := output(cmd)
	return err
}

func (b *bench) seed(ctx context.Context, d *database) error {
	db, err := sql.Open("postgres", d.url)
	if err != nil {
		return err
	}
	return errors.Join(dataset.Seed(ctx, db, d.size, b.say), db.Close())
}

// takeKept uses the database that an earlier run has kept, or seeds and names it so.
func (b *bench) takeKept(ctx context.Context, d *database) error {
	kept := fmt.Sprintf("%s%d_%d_%.8s", keptPrefix, d.size.Tickets, d.size.Users, d.schema)
	u, err := url.Parse(d.url)
	if err != nil {
		return err
	}
	scratch := strings.TrimPrefix(u.Path, "/")
	u.Path = "/" + kept
	server, err := sql.Open("postgres", b.server)
	if err != nil {
		return err
	}
	defer server.Close()
	var there bool
	if err := server.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`,
		kept).Scan(&there); err != nil {
		return err
	}
	if !there {
		if err := b.seed(ctx, d); err != nil {
			return err
		}
		rename := `ALTER DATABASE ` + pq.QuoteIdentifier(scratch) + ` RENAME TO ` + pq.QuoteIdentifier(kept)
		if _, err := server.ExecContext(ctx, rename); err != nil {
			return err
		}
	}
	d.url = u.String()
	return nil
}

// schemaSQL sees all that matters to speed: columns, constraints, indexes and settings of tables.
const schemaSQL = `
SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
    SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default,
        generation_expression)
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT relname || reloptions::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
) AS lines`

func schemaOf(ctx context.Context, databaseURL string) (schema string, err error) {
	db, err := sql.Open("postgres", databaseURL)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return schema, db.QueryRowContext(ctx, schemaSQL).Scan(&schema)
}

// describe returns a description of the server. A server that may lose what it acknowledged is refused, since
// its figures mean nothing.
func describe(ctx context.Context, db *sql.DB) (string, error) {
	var version, buffers, fsync, commit string
	err := db.QueryRowContext(ctx, `SELECT current_setting('server_version'), current_setting('shared_buffers'),
		current_setting('fsync'), current_setting('synchronous_commit')`).Scan(&version, &buffers, &fsync, &commit)
	if err != nil {
		return "", err
	}
	if fsync != "on" || commit != "on" {
		return "", fmt.Errorf("the server has fsync=%s and synchronous_commit=%s: both must be on", fsync, commit)
	}
	return "PostgreSQL " + version + ", shared_buffers " + buffers + ", fsync and synchronous_commit on", nil
}
