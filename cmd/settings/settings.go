package settings

import (
	"ticketd/adapters/metrics"
	"ticketd/adapters/telemetry"
	"ticketd/domain"
)

// Server are the settings of a server, checked and in their own types.
type Server struct {
	Store      Store
	Classifier Classifier
	Price      *metrics.Price // nil: unknown
	Review     domain.ReviewPolicy
	Queue      Queue
	Edge       Edge
	Telemetry  telemetry.Options
	Process    Process
}

// Parse checks all settings of the server and reports everything that is wrong with them at once.
func (raw RawServer) Parse() (Server, error) {
	var r reader
	s := Server{
		Store:      raw.Store.parse(&r),
		Classifier: raw.Classifier.parse(&r),
		Price:      raw.Price.parse(&r),
		Review:     raw.Review.parse(&r),
		Queue:      raw.Queue.parse(&r),
		Edge:       raw.Edge.parse(&r),
		Telemetry:  raw.Telemetry.parse(&r),
		Process:    raw.Process.parse(&r),
	}
	return s, r.err()
}
