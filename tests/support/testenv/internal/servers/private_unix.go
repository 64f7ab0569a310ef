//go:build unix

package servers

// Nginx starts an nginx of the test's own. configure returns its http block's content for the port on which
// it is to listen.
func (m Machine) Nginx(configure func(port int) string) (*Server, error) {
	start := func() (*Server, error) { return m.nginxFromBinary(configure) }
	found := func() bool {
		_, err := m.findBinary("nginx")
		return err == nil
	}
	return first("nginx", nginxAdvice,
		way[*Server]{"a binary on this machine", start},
		way[*Server]{
			"Debian's packages", func() (*Server, error) { return m.fromDebian([]string{"nginx"}, found, start) },
		},
	)
}

// PgBouncer starts a pooler in front of a PostgreSQL server that was started privately.
func (m Machine) PgBouncer(server string, o Options) (*Server, error) {
	start := func() (*Server, error) { return m.pgbouncerFromBinary(server, o) }
	found := func() bool {
		_, err := m.findBinary("pgbouncer")
		return err == nil
	}
	return first("PgBouncer", pgbouncerAdvice,
		way[*Server]{"a binary on this machine", start},
		way[*Server]{
			"Debian's packages",
			func() (*Server, error) { return m.fromDebian([]string{"pgbouncer"}, found, start) },
		},
	)
}

func (m Machine) privatePostgres(o Options) []way[*Server] {
	return []way[*Server]{
		{"a binary on this machine", func() (*Server, error) { return m.postgresFromBinary(o) }},
		{"Docker", func() (*Server, error) { return m.postgresInDocker(o) }},
		{"Debian's packages", func() (*Server, error) { return m.postgresFromDebian(o) }},
	}
}

func (m Machine) privateStandby(o Options) []way[*Server] {
	return []way[*Server]{
		{"a binary on this machine", func() (*Server, error) { return m.postgresFromBinary(o) }},
		{"Debian's packages", func() (*Server, error) { return m.postgresFromDebian(o) }},
	}
}

func (m Machine) privateRedis(o Options) []way[*Server] {
	return []way[*Server]{
		{"a binary on this machine", func() (*Server, error) { return m.redisFromBinary(o) }},
		{"Docker", func() (*Server, error) { return m.redisInDocker(o) }},
		{"Debian's packages", func() (*Server, error) { return m.redisFromDebian(o) }},
	}
}
