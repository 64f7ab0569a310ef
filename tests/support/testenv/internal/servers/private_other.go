//go:build !unix

package servers

// Nothing is started here: what a killed test process leaves could not be taken away.

// Nginx does not know how.
func (m Machine) Nginx(func(port int) string) (*Server, error) {
	return first[*Server]("nginx", nginxAdvice)
}

func (m Machine) privatePostgres(Options) []way[*Server] { return nil }

func (m Machine) privateRedis(Options) []way[*Server] { return nil }
