// Package redisconn says where a Redis is and connects to it: to one server, to the master that Sentinels
// name, or to a cluster.
package redisconn

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Forms are the URLs that Parse takes, for people.
const Forms = "redis://user:password@host:6379/0, rediss:// for TLS, unix:///path/redis.sock, " +
	"redis+sentinel://host1:26379,host2:26379/MASTER/0 or redis+cluster://host1:6379,host2:6379"

var (
	errForm     = errors.New("must be a URL such as " + Forms)
	errMaster   = errors.New("names Sentinels and no master: write redis+sentinel://host:26379/MASTER")
	errDatabase = errors.New("names a database of a cluster, which has only number 0")
	errPlain    = errors.New("has files for TLS and no TLS: write rediss:// instead of redis://")
)

// Address says where a Redis is. The zero value is none.
type Address struct {
	options redis.UniversalOptions
	tls     *tlsFiles // nil: no TLS
}

// Parse reads the URLs of go-redis's ParseURL, ParseClusterURL (two hosts or more, or the parameter addr)
// and ParseFailoverURL (the parameter master_name), several hosts with commas in all of them, and two schemes
// that say what is meant: redis+cluster and redis+sentinel. Of the last, the user and the password are those
// of the servers, and sentinel_username and sentinel_password are the Sentinels'. Its error never repeats the
// URL, which may hold a password.
func Parse(raw string) (Address, error) {
	scheme, rest, found := strings.Cut(strings.TrimSpace(raw), "://")
	if !found {
		return Address{}, errForm
	}
	base, kind, _ := strings.Cut(strings.Replace(strings.ToLower(scheme), "-", "+", 1), "+")
	if (kind != "" && kind != "cluster" && kind != "sentinel") || (kind != "" && base == "unix") {
		return Address{}, errForm
	}
	port := "6379"
	if kind == "sentinel" {
		port = "26379"
	}
	first, more, err := splitHosts(rest, port)
	if err != nil {
		return Address{}, errForm
	}
	u, err := url.Parse(base + "://" + first)
	if err != nil {
		return Address{}, errForm
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Address{}, errForm
	}
	query["addr"] = append(query["addr"], more...)
	if len(query["addr"]) == 0 {
		delete(query, "addr")
	}
	a := Address{}
	if a.tls, err = takeTLS(base == "rediss", query); err != nil {
		return Address{}, err
	}
	if kind == "sentinel" {
		if err := moveSentinel(u, query); err != nil {
			return Address{}, err
		}
	}
	u.RawQuery = query.Encode()
	a.options, err = parseKind(kind, u, query)
	return a, err
}

// splitHosts takes all hosts but the first out of what follows a URL's scheme. Those without a port get one.
func splitHosts(rest, port string) (first string, more []string, err error) {
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	start := strings.LastIndex(rest[:end], "@") + 1
	hosts := strings.Split(rest[start:end], ",")
	for i, h := range hosts {
		if h == "" && len(hosts) > 1 {
			return "", nil, errForm
		}
		if _, _, err := net.SplitHostPort(h); err != nil && h != "" {
			hosts[i] = net.JoinHostPort(strings.Trim(h, "[]"), port)
		}
	}
	return rest[:start] + hosts[0] + rest[end:], hosts[1:], nil
}

// moveSentinel turns redis+sentinel://user:password@host/master/0 into the form of ParseFailoverURL.
func moveSentinel(u *url.URL, query url.Values) error {
	master, db, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if _, err := strconv.Atoi(master); err == nil && db == "" && u.Fragment != "" {
		master, db = "", master // redis-sentinel://host/0#master
	}
	master = cmp.Or(master, u.Fragment, query.Get("master_name"))
	if master == "" {
		return errMaster
	}
	query.Set("master_name", master)
	if password, set := u.User.Password(); set {
		query.Set("username", u.User.Username())
		query.Set("password", password)
	}
	u.User, u.Path, u.Fragment = nil, "/"+db, ""
	if password := query.Get("sentinel_password"); password != "" {
		u.User = url.UserPassword(query.Get("sentinel_username"), password)
	}
	query.Del("sentinel_username")
	query.Del("sentinel_password")
	return nil
}

func parseKind(kind string, u *url.URL, query url.Values) (redis.UniversalOptions, error) {
	switch {
	case query.Get("master_name") != "" && kind != "cluster":
		o, err := redis.ParseFailoverURL(u.String())
		if err != nil || o.ReplicaOnly || o.RouteByLatency || o.RouteRandomly {
			return redis.UniversalOptions{}, errForm
		}
		return redis.UniversalOptions{
			Addrs: o.SentinelAddrs, MasterName: o.MasterName, DB: o.DB, Protocol: o.Protocol,
			Username: o.Username, Password: o.Password,
			SentinelUsername: o.SentinelUsername, SentinelPassword: o.SentinelPassword,
			ReadTimeout: o.ReadTimeout, WriteTimeout: o.WriteTimeout,
			ConnMaxIdleTime: o.ConnMaxIdleTime, ConnMaxLifetime: o.ConnMaxLifetime,
		}, nil
	case kind == "cluster" || len(query["addr"]) > 0:
		o, err := redis.ParseClusterURL(u.String())
		if err != nil || o.ReadOnly || o.RouteByLatency || o.RouteRandomly {
			return redis.UniversalOptions{}, errForm
		}
		if strings.Trim(u.Path, "/0") != "" {
			return redis.UniversalOptions{}, errDatabase
		}
		return redis.UniversalOptions{
			Addrs: o.Addrs, IsClusterMode: true, Protocol: o.Protocol, Username: o.Username, Password: o.Password,
			ReadTimeout: o.ReadTimeout, WriteTimeout: o.WriteTimeout,
			ConnMaxIdleTime: o.ConnMaxIdleTime, ConnMaxLifetime: o.ConnMaxLifetime,
		}, nil
	}
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return redis.UniversalOptions{}, errForm
	}
	return redis.UniversalOptions{
		Addrs: []string{o.Addr}, DB: o.DB, Protocol: o.Protocol, Username: o.Username, Password: o.Password,
		ReadTimeout: o.ReadTimeout, WriteTimeout: o.WriteTimeout,
		ConnMaxIdleTime: o.ConnMaxIdleTime, ConnMaxLifetime: o.ConnMaxLifetime,
	}, nil
}

// String names the Redis for people, without user and password.
func (a Address) String() string {
	hosts := strings.Join(a.options.Addrs, ",")
	switch {
	case a.options.MasterName != "":
		return a.options.MasterName + " by the Sentinels " + hosts
	case a.options.IsClusterMode:
		return "cluster " + hosts
	}
	return hosts
}
