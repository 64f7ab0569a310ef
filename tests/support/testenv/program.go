package testenv

import "ticketd/tests/support/testenv/internal/servers"

// FindPostgres is for programs that are no tests. It returns the URL of a server on which databases may be
// created: one that listens, else one that is started, Durable, and ends with this process, however that
// ends.
func FindPostgres() (url string, err error) {
	return servers.ThisMachine().Postgres(servers.Options{Durable: true})
}

// StartPostgres is for programs that are no tests. It returns the URL of a server of this process's own,
// Durable, that ends with it.
func StartPostgres(opts ...Option) (url string, err error) {
	s, err := servers.ThisMachine().PrivatePostgres(options(append(opts, Durable())))
	if err != nil {
		return "", err
	}
	return s.URL, nil
}

// CreateDatabase is for programs that are no tests. It makes an empty database (UTF-8) on a server and
// returns its URL and what drops it. What a process with the same prefix left there when it was killed, a day
// ago or earlier, is dropped too.
func CreateDatabase(server, prefix string) (url string, drop func() error, err error) {
	return servers.CreateDatabase(server, prefix)
}

// FindRedis is for programs that are no tests. It returns the URL of an empty Redis database that nobody else
// uses, and what gives it back.
func FindRedis() (url string, release func() error, err error) {
	return servers.ThisMachine().Redis()
}
