package servers

import (
	"fmt"
	"slices"
)

// Postgres returns the URL of a server on which databases may be created. One that had to be started has
// these options and ends with this process.
func (m Machine) Postgres(o Options) (string, error) {
	if m.PostgresURL != "" {
		if err := usablePostgres(m.PostgresURL); err != nil {
			return "", fmt.Errorf("TEST_POSTGRES_URL is set, but not usable: %w", err)
		}
		return m.PostgresURL, nil
	}
	ways := through(m.privatePostgres(o), func(s *Server) string { return s.URL })
	ways = slices.Insert(ways, 0, way[string]{"a server that listens", m.listeningPostgres})
	return first("PostgreSQL", postgresAdvice, ways...)
}

// PrivatePostgres starts a server.
func (m Machine) PrivatePostgres(o Options) (*Server, error) {
	return first("PostgreSQL that can be started and stopped", postgresAdvice, m.privatePostgres(o)...)
}

// PrivateStandby starts a server that follows another one.
func (m Machine) PrivateStandby(primary *Server, o Options) (*Server, error) {
	o.primary = primary.URL
	return first("PostgreSQL that can follow another one", postgresAdvice, m.privateStandby(o)...)
}
