package postgres

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/lib/pq"
)

// maxHosts is above what a cluster has: every connection may try them all, one after the other.
const maxHosts = 32

// Address is where a database is, read from a connection string.
type Address struct {
	// Hosts is how many it names.
	Hosts int
	// MaxConns is the number of connections that the string asks for; 0 where it does not.
	MaxConns int
	// Pooled reports whether the string says that a pooler is between which knows no prepared statements.
	Pooled bool
	// Notes say what is taken otherwise than it is written, each in a sentence without a secret.
	Notes []string

	config pq.Config
}

// ParseAddress reads a connection string in libpq's forms: a postgres:// or postgresql:// URL, also with
// several hosts and ports, or key=value pairs. It takes the parameters that other tools' URLs carry. Its
// errors never hold a password. (PostgreSQL documentation, "Connection Strings")
func ParseAddress(dsn string) (Address, error) {
	var a Address
	pairs, err := pairsOf(dsn)
	if err != nil {
		return a, err
	}
	if err := a.translate(pairs); err != nil {
		return a, err
	}
	pairs["sslmode"] = strings.ToLower(pairs["sslmode"])
	if pairs["sslmode"] == "" && os.Getenv("PGSSLMODE") == "" {
		pairs["sslmode"] = "prefer" // as every other client does
	}
	if pairs["application_name"] == "" {
		pairs["application_name"] = "ticketd"
	}
	if a.config, err = pq.NewConfig(pairs.String()); err != nil {
		return a, pairs.culprit(err)
	}
	a.config.BinaryParameters = true // see session.CheckNamedValue
	if a.Hosts = len(a.config.Multi) + 1; a.Hosts > maxHosts {
		return a, fmt.Errorf("names %d hosts; at most %d are tried", a.Hosts, maxHosts)
	}
	return a, nil
}

// pairs are the parameters of a connection string by name.
type pairs map[string]string

// scheme is that of libpq's URLs, also as JDBC and SQLAlchemy write it, in any case (RFC 3986, section 3.1).
var scheme = regexp.MustCompile(`(?i)^(?:jdbc:)?postgres(?:ql)?(?:\+[a-z0-9_]+)?://`)

func pairsOf(dsn string) (pairs, error) {
	if start := scheme.FindString(dsn); start != "" {
		return urlPairs(dsn[len(start):])
	}
	return keyValuePairs(dsn)
}

var (
	errMalformedURL = errors.New("is no well-formed URL; characters such as @ : / ? # % in a user or password " +
		"must be percent-encoded")
	// ErrForm: it is no connection string at all.
	ErrForm = errors.New("must begin with postgres:// or postgresql://, " +
		"or be key=value pairs with blanks between them")
)

// urlPairs reads what follows the scheme of [user[:password]@][host[:port],…][/database][?name=value&…].
// net/url would refuse several ports.
func urlPairs(rest string) (pairs, error) {
	rest, query, _ := strings.Cut(rest, "?")
	authority, database, _ := strings.Cut(rest, "/")
	values, err := url.ParseQuery(query)
	if err != nil || strings.ContainsAny(rest+query, "#\x00") || strings.Contains(database, "@") {
		return nil, errMalformedURL // an @ after a / or ? is most likely that of a password with such a character
	}
	p := pairs{}
	for name, all := range values {
		p[name] = all[len(all)-1]
	}
	at := strings.LastIndex(authority, "@")
	user, password, _ := strings.Cut(authority[:max(at, 0)], ":")
	err = errors.Join(p.unescape("user", user), p.unescape("password", password), p.unescape("dbname", database))
	if err != nil {
		return nil, errMalformedURL
	}
	return p, p.hosts(authority[at+1:])
}

// unescape sets a parameter from a part of the URL; an empty part sets none.
func (p pairs) unescape(name, text string) error {
	value, err := url.PathUnescape(text)
	if value != "" {
		p[name] = value
	}
	return err
}

// hosts sets host and port from a list; a port that is not given is PostgreSQL's.
func (p pairs) hosts(list string) error {
	if list == "" {
		return nil
	}
	var hosts, ports []string
	for item := range strings.SplitSeq(list, ",") {
		host, port := item, "5432"
		if i := strings.LastIndex(item, ":"); i >= 0 && !strings.HasSuffix(item, "]") {
			host, port = item[:i], item[i+1:]
		}
		host, err := url.PathUnescape(strings.Trim(host, "[]"))
		if err != nil || strings.ContainsAny(host, " @,") {
			return errMalformedURL
		}
		hosts, ports = append(hosts, host), append(ports, port)
	}
	p["host"] = strings.Join(hosts, ",")
	if strings.Contains(list, ":") || p["port"] == "" {
		p["port"] = strings.Join(ports, ",")
	}
	return nil
}

// pair is one key=value pair of libpq, the value plain or in single quotes, a backslash before what has a
// meaning.
var (
	pair = regexp.MustCompile(
		`^\s*([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)(?:\s+|$)`)
	backslash = regexp.MustCompile(`(?s)\\(.)`)
)

func keyValuePairs(text string) (pairs, error) {
	if !strings.Contains(text, "=") {
		return nil, ErrForm
	}
	p := pairs{}
	for text = strings.TrimSpace(text); text != ""; {
		found := pair.FindStringSubmatch(text)
		if found == nil {
			return nil, ErrForm
		}
		value := found[2]
		if n := len(value); n > 1 && value[0] == '\'' {
			value = value[1 : n-1]
		}
		p[found[1]] = backslash.ReplaceAllString(value, "$1")
		text = text[len(found[0]):]
	}
	return p, nil
}

// String is the form that lib/pq reads. It drops empty values, as URLs do.
func (p pairs) String() string {
	escaper := strings.NewReplacer(`'`, `\'`, `\`, `\\`)
	var b strings.Builder
	for name, value := range p {
		if value != "" {
			fmt.Fprintf(&b, "%s='%s' ", name, escaper.Replace(value))
		}
	}
	return b.String()
}

// culprit names the parameter that lib/pq refused, without its value, which may be part of a password.
func (p pairs) culprit(err error) error {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if _, alone := pq.NewConfig(pairs{name: p[name]}.String()); alone != nil {
			return refusedValue(name)
		}
	}
	return errors.New(hide(err.Error(), []string{p["password"]}))
}

// refusedValue says what is right instead. Half a password may have been taken for a host or a port.
func refusedValue(name string) error {
	switch name {
	case "sslmode":
		return errors.New("has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full")
	case "host", "port", "user", "password", "dbname":
		return fmt.Errorf("has a value for %s that is not supported; %w", name, errMalformedURL)
	}
	return fmt.Errorf("has a value for %s that is not supported", name)
}

func hide(text string, secrets []string) string {
	for _, s := range secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	return text
}
