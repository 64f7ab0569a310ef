package settings

import "log/slog"

// RawCheck are the settings of the command check, as they were given.
type RawCheck struct {
	Store      RawStore      `embed:"" group:"Store"`
	Classifier RawClassifier `embed:"" group:"Classification"`
	Price      RawPrice      `embed:"" group:"Classification"`
	Queue      RawQueue      `embed:"" group:"Queue mode"`
}

// Parse reports everything that is wrong with the settings at once. Only errors are worth a log line.
func (raw RawCheck) Parse() (Common, error) {
	var r reader
	s := Common{
		Store: raw.Store.parse(&r), Queue: raw.Queue.parse(&r), Price: raw.Price.parse(&r),
		Classifier: raw.Classifier.parse(&r), Process: Process{LogLevel: slog.LevelError},
	}
	return s, r.err()
}

// RawRepair are the settings of the commands that repair what an outage left, as they were given.
type RawRepair struct {
	Store      RawStore      `embed:"" group:"Store"`
	Classifier RawClassifier `embed:"" group:"Classification"`
	Review     RawReview     `embed:"" group:"Review"`
	Queue      RawQueue      `embed:"" group:"Queue mode"`
}

// Parse reports everything that is wrong with the settings at once. Only errors are worth a line in the log.
func (raw RawRepair) Parse() (Common, error) {
	var r reader
	s := Common{
		Store: raw.Store.parse(&r), Classifier: raw.Classifier.parse(&r), Review: raw.Review.parse(&r),
		Queue: raw.Queue.parse(&r), Process: Process{LogLevel: slog.LevelError},
	}
	return s, r.err()
}

// ParseForLetters checks the same for the commands about dead letters, which need Redis and no classifier.
func (raw RawRepair) ParseForLetters() (Common, error) {
	var r reader
	_, _ = raw.Classifier.parse(&r), raw.Review.parse(&r)
	s := Common{Store: raw.Store.parse(&r), Queue: raw.Queue.parse(&r)}
	s.Process.LogLevel, s.Queue.Letters = slog.LevelError, true
	if s.Queue.RedisURL == "" && !s.Queue.Use {
		r.complain("REDIS_URL", "is missing: dead letters are kept in Redis")
	}
	return s, r.err()
}
