package settings

import "ticketd/adapters/metrics"

// RawCheck are the settings of the command check, as they were given.
type RawCheck struct {
	Store      RawStore      `embed:"" group:"Store"`
	Classifier RawClassifier `embed:"" group:"Classification"`
	Price      RawPrice      `embed:"" group:"Classification"`
	Queue      RawQueue      `embed:"" group:"Queue mode"`
}

// Check are the settings of the command check.
type Check struct {
	Store      Store
	Classifier Classifier
	Price      *metrics.Price // nil: unknown
	Queue      Queue
}

// Parse reports everything that is wrong with the settings at once.
func (raw RawCheck) Parse() (Check, error) {
	var r reader
	c := Check{
		Store:      raw.Store.parse(&r),
		Queue:      raw.Queue.parse(&r),
		Price:      raw.Price.parse(&r),
		Classifier: raw.Classifier.parse(&r),
	}
	return c, r.err()
}

// RawRepair are the settings of the commands that repair what an outage left, as they were given.
type RawRepair struct {
	Store      RawStore      `embed:"" group:"Store"`
	Classifier RawClassifier `embed:"" group:"Classification"`
	Review     RawReview     `embed:"" group:"Review"`
	Queue      RawQueue      `embed:"" group:"Queue mode"`
}

// Parse reports everything that is wrong with the settings at once.
func (raw RawRepair) Parse() (Server, error) {
	var r reader
	s := raw.parse(&r)
	return s, r.err()
}

// ParseForLetters is for the commands about dead letters, which are kept in Redis.
func (raw RawRepair) ParseForLetters() (Server, error) {
	var r reader
	s := raw.parse(&r)
	if s.Queue.RedisURL == "" && !s.Queue.Use {
		r.complain("REDIS_URL", "is missing: dead letters are kept in Redis")
	}
	return s, r.err()
}

func (raw RawRepair) parse(r *reader) Server {
	return Server{
		Store: raw.Store.parse(r), Classifier: raw.Classifier.parse(r),
		Review: raw.Review.parse(r), Queue: raw.Queue.parse(r),
	}
}

// InQueueMode reports whether workers classify.
func (raw RawRepair) InQueueMode() bool {
	var r reader
	return raw.Queue.parse(&r).Use // what is wrong, the opening of the store reports
}
