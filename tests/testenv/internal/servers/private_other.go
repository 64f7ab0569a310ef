//go:build !unix

package servers

// Nothing is started here: what a killed test process leaves could not be taken away.

func (m Machine) privatePostgres(Options) []way[*Server] { return nil }

func (m Machine) privateRedis(Options) []way[*Server] { return nil }
