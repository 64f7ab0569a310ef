//go:build !unix

package servers

// Nothing is started here: what a killed test process leaves could not be taken away.

// Nginx does not know how.
func (m Machine) Nginx(func(port int) string) (*Server, error) {
	return first[*Server]("nginx", nginxAdvice)
}

// Sentinel does not know how.
func (m Machine) Sentinel(string) (*Server, error) {
	return first[*Server]("Redis Sentinel", redisAdvice)
}

// PgBouncer does not know how.
func (m Machine) PgBouncer(string, Options) (*Server, error) {
	return first[*Server]("PgBouncer", pgbouncerAdvice)
}

func (m Machine) privatePostgres(Options) []way[*Server] { return nil }

func (m Machine) privateStandby(Options) []way[*Server] { return nil }

func (m Machine) privateRedis(Options) []way[*Server] { return nil }
