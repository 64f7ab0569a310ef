//go:build cluster

package cluster_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/tests/support/process"
	"ticketd/tests/support/system"
	"ticketd/tests/support/testenv"
)

// smallestACL is that of docs/operations.md, for one server and no prefix.
const smallestACL = "~classify ~classify.dead +xadd +xlen +xrange +xdel +xtrim +xreadgroup +xack +xpending " +
	"+xclaim +xgroup|create +time"

func setUser(t *testing.T, r *redis.Client, rules string) {
	t.Helper()
	args := []any{"ACL", "SETUSER", "ticketd", "reset", "on", ">secret"}
	for _, rule := range strings.Fields(rules) {
		args = append(args, rule)
	}
	require.NoError(t, r.Do(t.Context(), args...).Err())
}

func TestRedisAsOneIsGivenIt(t *testing.T) {
	t.Parallel()

	t.Run("a user with no right that is not needed", func(t *testing.T) {
		t.Parallel()
		own := testenv.PrivateRedis(t)
		r := redisClient(t, own)
		setUser(t, r, smallestACL)
		s := newRedisSite(t, "redis://ticketd:secret@"+hostOf(t, own))
		server := s.serve(system.Env{"RATE_LIMIT_MAX_REQUESTS": "1000000"})
		worker := s.work()
		s.ready(server.Base, 200)
		s.ready(system.WorkerURL(worker), 200)
		s.post(server, 200, 4, system.Description)
		s.settled()
		require.Eventually(t, func() bool { return r.XLen(t.Context(), redisStream).Val() == 0 }, redisHeals,
			100*time.Millisecond, "what is handled leaves the stream")
		foreign := &redis.XAddArgs{Stream: redisStream, Values: []string{"a", "b"}}
		require.NoError(t, r.XAdd(t.Context(), foreign).Err())
		require.Eventually(t, func() bool {
			return r.XLen(t.Context(), redisStream+".dead").Val() == 1
		}, redisHeals, 100*time.Millisecond)
		_, listed, _ := system.Run(t, s.settings(), "dead", "list")
		require.Contains(t, listed, "malformed_event")
		status, _, complaint := system.Run(t, s.settings(), "dead", "drop", "--malformed", "--yes")
		require.Zero(t, status, complaint)
	})

	t.Run("a user of a cluster with no right that is not needed", func(t *testing.T) {
		t.Parallel()
		c := testenv.NewRedisCluster(t, redisStream)
		for _, node := range append(c.Masters, c.Replica) {
			setUser(t, redisClient(t, node), smallestACL+" +cluster|slots")
		}
		s := newRedisSite(t, "redis+cluster://ticketd:secret@"+hostOf(t, c.Masters[1]))
		server := s.serve()
		worker := s.work()
		s.ready(server.Base, 200)
		s.ready(system.WorkerURL(worker), 200)
		s.post(server, 50, 4, system.Description)
		s.settled()
	})

	t.Run("TLS with an own authority and a certificate for the client", func(t *testing.T) {
		t.Parallel()
		f := newAuthority(t)
		port := freePort(t)
		own := testenv.PrivateRedis(t, testenv.Setting("tls-port", port), testenv.Setting("tls-ca-cert-file", f.ca),
			testenv.Setting("tls-cert-file", f.cert), testenv.Setting("tls-key-file", f.key))
		s := newRedisSite(t, "rediss://127.0.0.1:"+port+"?ca_file="+f.ca+"&cert_file="+f.cert+"&key_file="+f.key)
		server := s.serve(system.Env{"RATE_LIMIT_MAX_REQUESTS": "1000000"})
		worker := s.work()
		s.ready(server.Base, 200)
		s.post(server, 20, 4, system.Description)
		s.settled()
		own.Restart()
		s.post(server, 20, 4, system.Description)
		s.settled()
		s.ready(system.WorkerURL(worker), 200)
	})

	t.Run("a unix socket, shared by two installations of which one has a prefix", func(t *testing.T) {
		t.Parallel()
		socket := filepath.Join(t.TempDir(), "redis.sock")
		own := testenv.PrivateRedis(t, testenv.Setting("unixsocket", socket))
		one, other := newRedisSite(t, "unix://"+socket), newRedisSite(t, "unix://"+socket)
		other.env["REDIS_PREFIX"] = "other:"
		limited := system.Env{"RATE_LIMIT_MAX_REQUESTS": "1000000"}
		a, b := one.serve(limited), other.serve(limited)
		one.post(a, 30, 4, system.Description)
		other.post(b, 20, 4, system.Description)
		names := redisClient(t, own).Keys(t.Context(), "*").Val()
		require.Len(t, names, 4, "two streams and two counts: %v", names)
		for _, name := range names {
			require.Regexp(t, `^(other:)?(classify|ticketd:limit:.+)$`, name)
		}
		one.work()
		one.settled()
		require.Equal(t, 20, other.pending())
		other.work()
		other.settled()
	})
}

func TestRedisThatCannotWorkSaysWhy(t *testing.T) {
	t.Parallel()
	own := testenv.PrivateRedis(t)
	host, admin := hostOf(t, own), redisClient(t, own)
	master := testenv.PrivateRedis(t)
	replica := testenv.RedisReplica(t, master)
	sentinel := testenv.Sentinel(t, "tickets", master)
	dead := testenv.PrivateRedis(t)
	widow := testenv.Sentinel(t, "tickets", dead)
	dead.Stop()
	c := testenv.NewRedisCluster(t, redisStream)
	secured := testenv.PrivateRedis(t)
	require.NoError(t, redisClient(t, secured).ConfigSet(t.Context(), "requirepass", "secret").Err())
	f := newAuthority(t)
	port := freePort(t)
	testenv.PrivateRedis(t, testenv.Setting("tls-port", port), testenv.Setting("tls-ca-cert-file", f.ca),
		testenv.Setting("tls-cert-file", f.cert), testenv.Setting("tls-key-file", f.key),
		testenv.Setting("tls-auth-clients", "no"))
	setUser(t, admin, strings.Replace(smallestACL, "+xadd ", "", 1))
	fails := func(t *testing.T, url, words string, mend func() error) {
		t.Helper()
		s := &redisSite{t: t}
		server := system.Serve(t, system.Queue(url), system.On(system.SQLite(t)))
		says(t, server.Process, "warn", "cannot be used")
		require.Eventually(t, func() bool { // a first try may have taken too long to say more
			s.ready(server.Base, 503)
			return strings.Contains(server.Log(), words)
		}, redisHeals, 100*time.Millisecond, words)
		require.NotContains(t, server.Log(), "secret")
		require.NotContains(t, server.Log(), "wrong")
		server.Post(t, "A ticket is taken all the same")
		if mend != nil {
			require.NoError(t, mend())
			s.ready(server.Base, 200)
		}
	}
	t.Run("when the address or the server is wrong", func(t *testing.T) {
		for name, p := range map[string]struct {
			url, says string
			mend      func() error
		}{
			"a Sentinel as a server": {"redis://" + hostOf(t, sentinel), "it is a Sentinel", nil},
			"a server as a Sentinel": {
				"redis+sentinel://" + host + "/tickets", "a Sentinel of REDIS_URL is none", nil,
			},
			"a Sentinel without the master": {
				"redis+sentinel://" + hostOf(t, sentinel) + "/other", "no master named other", nil,
			},
			"a Sentinel that names a dead master": {
				"redis+sentinel://" + hostOf(t, widow) + "/tickets", "the master that the Sentinels name is out of reach",
				func() error {
					dead.Start()
					return nil
				},
			},
			"a node of a cluster as a server": {
				"redis://" + hostOf(t, c.Masters[1]), "it is a node of a cluster", nil,
			},
			"a server as a cluster": {"redis+cluster://" + host, "it is no cluster", nil},
			"a replica": {"redis://" + hostOf(t, replica), "it is a replica", func() error {
				return redisClient(t, replica).ReplicaOf(t.Context(), "NO", "ONE").Err()
			}},
			"no password":      {"redis://" + hostOf(t, secured), "it wants a password", nil},
			"a wrong password": {"redis://ticketd:wrong@" + host, "does not take the user and the password", nil},
			"a missing right": {"redis://ticketd:secret@" + host, "lacks a right", func() error {
				return admin.Do(t.Context(), "ACL", "SETUSER", "ticketd", "+xadd").Err()
			}},
			"a host that does not resolve":     {"redis://redis.invalid:6379", "redis.invalid does not resolve", nil},
			"a server with TLS as one without": {"redis://127.0.0.1:" + port, "it may want TLS", nil},
			"a server without TLS as one with": {"rediss://" + host, "it may speak no TLS", nil},
			"an unknown authority":             {"rediss://127.0.0.1:" + port, "?ca_file=", nil},
			"no such database":                 {"redis://" + host + "/99", "no database of this number", nil},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				fails(t, p.url, p.says, p.mend)
			})
		}
	})
	t.Run("when a cluster serves no longer the slot", func(t *testing.T) {
		slot := int(redisClient(t, c.Replica).ClusterKeySlot(t.Context(), redisStream).Val())
		for _, node := range append(c.Masters, c.Replica) {
			r := redisClient(t, node)
			require.NoError(t, r.ClusterDelSlots(t.Context(), slot).Err())
			require.Eventually(t, func() bool {
				return strings.Contains(r.ClusterInfo(t.Context()).Val(), "cluster_state:fail")
			}, redisHeals, 100*time.Millisecond)
		}
		fails(t, "redis+cluster://"+hostOf(t, c.Masters[1]), "does not serve the slot", func() error {
			return redisClient(t, c.Masters[0]).ClusterAddSlots(t.Context(), slot).Err()
		})
	})
}

// A line that is cut drops what comes, without a word, for the connections of then and those that come before
// it is mended. The old ones stay cut for ever.
type line struct {
	net.Listener
	to string

	mu  sync.Mutex
	cut chan struct{} // closed while the line is cut
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	made := &line{Listener: l, to: to, cut: make(chan struct{})}
	t.Cleanup(func() { _ = l.Close() })
	go made.serve()
	return made
}

func (l *line) serve() {
	for {
		in, err := l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", l.to)
		if err != nil {
			_ = in.Close()
			continue
		}
		l.mu.Lock()
		cut := l.cut
		l.mu.Unlock()
		go carry(in, out, cut)
		go carry(out, in, cut)
	}
}

// carry copies until the line is cut; then both ends stay open and hear nothing.
func carry(to, from net.Conn, cut <-chan struct{}) {
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		select {
		case <-cut:
			_, _ = io.Copy(io.Discard, from)
			return
		default:
		}
		if err == nil {
			_, err = to.Write(piece[:n])
		}
		if err != nil {
			_, _ = to.Close(), from.Close()
			return
		}
	}
}

func (l *line) sever() { close(l.cut) }

func (l *line) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = make(chan struct{})
}

func TestRedisBehindALineThatIsCut(t *testing.T) {
	t.Parallel()
	own := testenv.PrivateRedis(t)
	toServer, toWorker := newLine(t, hostOf(t, own)), newLine(t, hostOf(t, own))
	s := newRedisSite(t, own.URL())
	server := s.serve(system.Env{"RATE_LIMIT_MAX_REQUESTS": "1000000"},
		system.Queue("redis://"+toServer.Addr().String()))
	worker := s.work(system.Queue("redis://" + toWorker.Addr().String()))
	s.during(server, func() {
		time.Sleep(2 * time.Second)
		toServer.sever()
		toWorker.sever()
		for _, p := range []*process.Process{server.Process, worker} {
			says(t, p, "warn", "cannot be used")
		}
		time.Sleep(15 * time.Second)
		toServer.mend()
		toWorker.mend()
		for _, p := range []*process.Process{server.Process, worker} {
			says(t, p, "info", "can be used again")
		}
		time.Sleep(time.Second)
	})
	s.settled()
	s.ready(server.Base, 200)
	s.ready(system.WorkerURL(worker), 200)
	require.Eventually(t, func() bool { return redisClient(t, own).XLen(t.Context(), redisStream).Val() == 0 },
		redisHeals, 100*time.Millisecond, "the worker reads again")
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return port
}

// authority is a certificate authority that nobody knows, and a certificate of it for 127.0.0.1.
type authority struct{ ca, cert, key string }

func newAuthority(t *testing.T) authority {
	t.Helper()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	made := authority{file("ca.pem"), file("cert.pem"), file("key.pem")}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true,
		BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "redis"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	raw, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	write := func(file, kind string, der []byte) {
		require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	}
	write(made.key, "EC PRIVATE KEY", raw)
	for file, c := range map[string]*x509.Certificate{made.ca: ca, made.cert: leaf} {
		der, err := x509.CreateCertificate(rand.Reader, c, ca, &key.PublicKey, key)
		require.NoError(t, err)
		write(file, "CERTIFICATE", der)
	}
	return made
}
