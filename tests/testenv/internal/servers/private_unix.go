//go:build unix

package servers

func (m Machine) privatePostgres(o Options) []way[*Server] {
	return []way[*Server]{
		{"a binary on this machine", func() (*Server, error) { return m.postgresFromBinary(o) }},
		{"Docker", func() (*Server, error) { return m.postgresInDocker(o) }},
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
