package settings

import "log/slog"

// RawCheck are the settings of the command check, as they were given.
type RawCheck struct {
	Store      RawStore      `embed:"" group:"settings"`
	Classifier RawClassifier `embed:"" group:"settings"`
	Price      RawPrice      `embed:"" group:"settings"`
	Queue      RawQueue      `embed:"" group:"settings"`
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
	Store      RawStore      `embed:"" group:"settings"`
	Classifier RawClassifier `embed:"" group:"settings"`
	Review     RawReview     `embed:"" group:"settings"`
	Queue      RawQueue      `embed:"" group:"settings"`
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

// RawLetters are the settings of the commands that read dead letters, as they were given.
type RawLetters struct {
	Queue RawRedis `embed:"" group:"settings"`
}

// Parse reports everything that is wrong with the settings at once. Only errors are worth a line in the log.
func (raw RawLetters) Parse() (Common, error) {
	var r reader
	s := Common{Queue: raw.Queue.parseForLetters(&r), Process: Process{LogLevel: slog.LevelError}}
	return s, r.err()
}

func (raw RawRedis) parseForLetters(r *reader) Queue {
	if raw.RedisURL == "" {
		r.complain("REDIS_URL", "is missing: dead letters are kept in Redis")
	}
	raw.check(r)
	return Queue{Redis: raw.place(), Letters: true}
}

// RawReplay are the settings of the commands that look up the tickets of dead letters, as they were given.
type RawReplay struct {
	Store RawStore `embed:"" group:"settings"`
	Queue RawRedis `embed:"" group:"settings"`
}

// Parse reports everything that is wrong with the settings at once. Other processes classify.
func (raw RawReplay) Parse() (Common, error) {
	var r reader
	s := Common{
		Store: raw.Store.parse(&r), Queue: raw.Queue.parseForLetters(&r),
		Process: Process{LogLevel: slog.LevelError},
	}
	s.Store.Opening, s.Queue.Use = OpenExisting, true
	return s, r.err()
}
