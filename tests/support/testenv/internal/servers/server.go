package servers

// Options of a private server.
type Options struct {
	Durable  bool
	Settings [][2]string
	primary  string // the URL of the PostgreSQL to follow
}

// Server is a server that its user may stop and start; its URL does not change.
type Server struct {
	URL string
	instance
}

type instance interface {
	Start() error // returns when the server answers
	Stop() error  // lets it write its data
	Kill() error
	Pause() error  // freezes it and its children
	Resume() error // lets them go on
	Demote() error // restarts a primary as a standby
	Remove() error // ends it if it runs, and takes its files away
}
