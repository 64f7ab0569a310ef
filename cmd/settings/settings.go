package settings

import (
	"ticketd/adapters/metrics"
	"ticketd/adapters/telemetry"
	"ticketd/domain"
)

// Common are the settings that commands have in common, checked and in their own types. What a command does
// not need stays zero, and nothing opens it.
type Common struct {
	Store      Store          // an empty URL: none
	Classifier Classifier     // an empty name: none
	Price      *metrics.Price // nil: unknown
	Review     domain.ReviewPolicy
	Queue      Queue
	Events     Events
	Telemetry  telemetry.Options
	Process    Process
}

// Server are the settings of a server.
type Server struct {
	Common
	Edge Edge
}

// Parse checks all settings of the server and reports everything that is wrong with them at once.
func (raw RawServer) Parse() (Server, error) {
	var r reader
	s := Server{Common: raw.RawShared.parse(&r), Edge: raw.Edge.parse(&r)}
	return s, r.err()
}

func (raw RawShared) parse(r *reader) Common {
	return Common{
		Store:      raw.Store.parse(r),
		Classifier: raw.Classifier.parse(r),
		Price:      raw.Price.parse(r),
		Review:     raw.Review.parse(r),
		Queue:      raw.Queue.parse(r),
		Events:     raw.Events.parse(r),
		Telemetry:  raw.Telemetry.parse(r),
		Process:    raw.Process.parse(r),
	}
}
