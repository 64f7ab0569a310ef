package postgres_test

import (
	"cmp"
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/postgres"
	"ticketd/tests/support/testenv"
)

// session opens the test server's database by a connection string that form makes of its parts, and returns
// what query says there.
func session(t *testing.T, query string, form func(user *url.Userinfo, host, database string) string) string {
	t.Helper()
	u, err := url.Parse(testenv.Postgres(t))
	require.NoError(t, err)
	dsn := form(u.User, u.Host, strings.TrimPrefix(u.Path, "/"))
	s, err := postgres.Open(t.Context(), dsn, postgres.Options{MaxConns: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	db := s.Pools()["postgres"]
	var answer string
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&answer))
	return answer
}

func TestConnectionStringsOfOtherTools(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ scheme, hosts, parameters, query, answer string }{
		"Prisma's schema": {
			parameters: "schema=tickets+of+2026", query: "SHOW search_path", answer: `"tickets of 2026"`,
		},
		"Prisma's pool": {parameters: "connection_limit=7&pool_timeout=2&pgbouncer=true"},
		"JDBC": {
			scheme: "jdbc:postgresql", parameters: "ApplicationName=desk&currentSchema=public",
			query: "SHOW application_name", answer: "desk",
		},
		"SQLAlchemy": {
			scheme: "postgresql+psycopg2", query: "SHOW application_name", answer: "ticketd",
		},
		"node-postgres":           {parameters: "ssl=false&uselibpqcompat=true"},
		"keepalives of libpq":     {parameters: "keepalives=1&keepalives_idle=30&gssencmode=disable"},
		"a setting of the server": {parameters: "work_mem=8MB", query: "SHOW work_mem", answer: "8MB"},
		"Neon's options": {
			parameters: "options=-c%20statement_timeout%3D5000&channel_binding=prefer",
			query:      "SHOW statement_timeout", answer: "5s",
		},
		"a host that is away": {hosts: "127.0.0.1:1,", parameters: "target_session_attrs=read-write"},
		"two hosts and one IPv6": {
			hosts: "127.0.0.1:1,[::1]:1,", parameters: "target_session_attrs=any&connect_timeout=2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scheme, query := cmp.Or(c.scheme, "postgres"), cmp.Or(c.query, "SELECT 'ok'")
			answer := cmp.Or(c.answer, "ok")
			require.Equal(t, answer, session(t, query, func(user *url.Userinfo, host, database string) string {
				return scheme + "://" + user.String() + "@" + c.hosts + host + "/" + database + "?" + c.parameters
			}))
		})
	}
	t.Run("libpq's pairs", func(t *testing.T) {
		t.Parallel()
		answer := session(t, "SHOW application_name", func(user *url.Userinfo, host, database string) string {
			password, _ := user.Password()
			host, port, _ := strings.Cut(host, ":")
			return " host=" + host + " port = " + port + " user='" + user.Username() + "' password='" + password +
				"'  dbname=" + database + ` application_name='it\'s \\ ours'`
		})
		require.Equal(t, `it's \ ours`, answer)
	})
}

func TestWhatAConnectionStringIsTakenFor(t *testing.T) {
	t.Parallel()
	t.Run("connections", func(t *testing.T) {
		t.Parallel()
		a, err := postgres.ParseAddress("postgres://h/db?connection_limit=7")
		require.NoError(t, err)
		require.Equal(t, 7, a.MaxConns)
		require.Empty(t, a.Notes)
	})
	for dsn, note := range map[string]string{
		"postgres://h/db?pgbouncer=true":                          "DB_POOLER=transaction",
		"postgres://h/db?prepared_statements=false":               "DB_POOLER=transaction",
		"postgres://h/db?sslmode=require&channel_binding=require": "sslmode=verify-full",
		"postgres://h/db?pool_timeout=3&socket_timeout=4":         "pool_timeout, socket_timeout: no meaning here",
	} {
		t.Run(dsn, func(t *testing.T) {
			t.Parallel()
			a, err := postgres.ParseAddress(dsn)
			require.NoError(t, err)
			require.Len(t, a.Notes, 1)
			require.Contains(t, a.Notes[0], note)
		})
	}
}

func TestConnectionStringsThatAreRefused(t *testing.T) {
	t.Parallel()
	const secret = "hunter22"
	for dsn, says := range map[string]string{
		"":                                                 "must begin with",
		"tickets":                                          "must begin with",
		"mysql://root:" + secret + "@h/db":                 "must begin with",
		"host=h password='" + secret:                       "must begin with",
		"postgres://u:" + secret + "%zz@h/db":              "percent-encoded",
		"postgres://u:a/" + secret + "@h/db":               "percent-encoded",
		"postgres://u:" + secret + "#1@h/db":               "percent-encoded",
		"postgres://u:1" + secret + "/db":                  "port",
		"postgres://h/db?sslmode=" + secret:                "has an sslmode that is none of disable,",
		"postgres://h/db?connection_limit=many":            "DB_MAX_CONNS",
		"postgres://h/db?sslcrl=/etc/crl.pem":              "sslcrl, which is not supported",
		"postgres://h/db?sslpassword=" + secret:            "a key without a password",
		"postgres://h/db?ssl=" + secret:                    "sslmode=require",
		"postgres://h/db?gssencmode=require":               "gssencmode",
		"postgres://" + strings.Repeat("h,", 999) + "h/db": "names 1000 hosts; at most 32",
		"postgres://h:1,h:2,h/db?port=5":                   "",
		"POSTGRES://h/db?sslmode=Require":                  "",
	} {
		t.Run(dsn[:min(40, len(dsn))], func(t *testing.T) {
			t.Parallel()
			_, err := postgres.ParseAddress(dsn)
			if says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, says)
			require.NotContains(t, err.Error(), secret)
			require.Less(t, len(err.Error()), 300)
		})
	}
}

func TestADatabaseThatCannotHoldEveryTextIsRefusedByName(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(testenv.Postgres(t))
	require.NoError(t, err)
	admin, err := sql.Open("postgres", u.String())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, admin.Close()) })
	name := strings.TrimPrefix(u.Path, "/") + "_latin1"
	_, err = admin.ExecContext(t.Context(), `CREATE DATABASE `+name+
		` ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.Background(), `DROP DATABASE `+name)
		require.NoError(t, err)
	})
	u.Path = "/" + name
	_, err = postgres.Open(t.Context(), u.String(), postgres.Options{MaxConns: 1})
	require.ErrorContains(t, err, name)
	require.ErrorContains(t, err, "LATIN1")
	require.ErrorContains(t, err, "--encoding UTF8")
}
