package postgres

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"
)

// Parameters that URLs carry for other tools: Prisma, JDBC, node-postgres, pgx, SQLAlchemy, Rails, Doctrine,
// Neon, Supabase. What a server would take for a setting of its own ends every connection: "unrecognized
// configuration parameter".
var (
	// renamed are those that mean one of lib/pq's.
	renamed = map[string]string{
		"currentSchema": "search_path", "ApplicationName": "application_name", "connectTimeout": "connect_timeout",
		"loginTimeout": "connect_timeout", "database": "dbname", "sslRootCert": "sslrootcert", "sslMode": "sslmode",
	}
	// poolSizes are other names of DB_MAX_CONNS.
	poolSizes = []string{"connection_limit", "pool_max_conns", "pool_size", "max_pool_size", "maximumPoolSize"}
	// needless are those that only tell another driver how to work.
	needless = []string{
		"keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
		"tcpKeepAlive",
		"sslcompression", "sslcertmode", "uselibpqcompat", "supa", "serverVersion", "charset",
		"pool_timeout", "socket_timeout", "socketTimeout", "statement_cache_size", "pool", "pool_min_conns",
		"pool_max_conn_lifetime", "pool_max_conn_idle_time", "pool_health_check_period", "max_overflow",
		"pool_mode",
		"default_query_exec_mode", "statement_cache_capacity", "description_cache_capacity", "prepareThreshold",
		"preparedStatementCacheQueries", "reWriteBatchedInserts", "defaultRowFetchSize", "loadBalanceHosts",
		"connection_timeout", "idle_timeout", "max_lifetime", "conn_max_age", "checkout_timeout",
		"reaping_frequency",
		"stringtype", "prepared_statement_cache_size", "async_fallback", "binaryTransfer", "single_use_connections",
	}
	// unmet ask for a check that the driver cannot do, so that dropping them would be less safe than they say.
	unmet = map[string]string{
		"sslcrl": "", "sslcrldir": "", "requirepeer": "", "require_auth": "", "sslfactory": "", "sslidentity": "",
		"sslpassword": ": give sslkey a key without a password", "replication": "",
	}
)

// translate gives the parameters of other tools their meaning here, and notes what has none.
func (a *Address) translate(p pairs) error {
	for name, ours := range renamed {
		p.rename(name, ours)
	}
	for _, name := range slices.Sorted(maps.Keys(unmet)) {
		if p[name] != "" {
			return fmt.Errorf("has the parameter %s, which is not supported%s; remove it", name, unmet[name])
		}
	}
	if schema := p.take("schema"); schema != "" {
		p["search_path"] = pq.QuoteIdentifier(schema)
	}
	if err := a.poolSize(p); err != nil {
		return err
	}
	if err := a.security(p); err != nil {
		return err
	}
	a.statements(p)
	var ignored []string
	for _, name := range needless {
		if p.take(name) != "" {
			ignored = append(ignored, name)
		}
	}
	if len(ignored) > 0 {
		a.note("%s: no meaning here, ignored", strings.Join(ignored, ", "))
	}
	if p.take("targetServerType") == "primary" {
		p["target_session_attrs"] = "primary"
	}
	return nil
}

func (a *Address) note(format string, args ...any) {
	a.Notes = append(a.Notes, fmt.Sprintf(format, args...))
}

// take removes a parameter and returns its value.
func (p pairs) take(name string) string {
	value := p[name]
	delete(p, name)
	return value
}

func (p pairs) rename(name, ours string) {
	if value := p.take(name); value != "" && p[ours] == "" {
		p[ours] = value
	}
}

func (a *Address) poolSize(p pairs) error {
	for _, name := range poolSizes {
		value := p.take(name)
		if value == "" {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > 1000 {
			return fmt.Errorf("has a value for %s that is no number from 1 to 1000; write DB_MAX_CONNS instead", name)
		}
		a.MaxConns = n
	}
	return nil
}

// security turns what other drivers call their TLS modes into sslmode. Where TLS is to be proven by channel
// binding, which lib/pq cannot do, the certificate has to prove it.
func (a *Address) security(p pairs) error {
	switch strings.ToLower(p.take("ssl")) {
	case "":
	case "true", "1", "require", "on", "yes":
		p.atLeast("require")
	case "false", "0", "off", "no", "disable":
		p.atLeast("disable")
	default:
		return errors.New("has a value for ssl that is not supported: write sslmode=require or sslmode=disable")
	}
	if p.take("gssencmode") == "require" {
		return errors.New("has gssencmode=require, which is not supported; write sslmode=verify-full instead")
	}
	switch p.take("sslaccept") {
	case "strict":
		p.atLeast("verify-full")
	case "accept_invalid_certs":
		p.atLeast("require")
	}
	if p["sslmode"] == "no-verify" {
		p["sslmode"] = "require"
	}
	if p.take("channel_binding") == "require" && p["sslmode"] != "verify-full" {
		p["sslmode"] = "verify-full"
		if p["sslrootcert"] == "" {
			p["sslrootcert"] = "system"
		}
		a.note("channel_binding=require: done as sslmode=verify-full, which also proves who the server is; " +
			"a certificate of a private authority needs sslrootcert=FILE")
	}
	return nil
}

// atLeast sets sslmode where none is given.
func (p pairs) atLeast(mode string) {
	if p["sslmode"] == "" {
		p["sslmode"] = mode
	}
}

// statements takes that another driver was told to do without prepared statements for a pooler.
func (a *Address) statements(p pairs) {
	bouncer, prepared := p.take("pgbouncer"), p.take("prepared_statements")
	if bouncer == "true" || prepared == "false" {
		a.Pooled = true
		a.note("pgbouncer=true: taken for DB_POOLER=transaction, unless that says none")
	}
}
