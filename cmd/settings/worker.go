package settings

// Worker are the settings of a worker. It classifies itself, so that Queue.Use is false.
type Worker struct {
	Common
	Concurrency int
	MaxAttempts int
	Port        *int // nil: none
}

// Parse checks all settings of a worker and reports everything that is wrong with them at once.
func (raw RawWorkerProcess) Parse() (Worker, error) {
	var r reader
	common := raw.RawShared.parse(&r)
	if !common.Queue.Use && common.Queue.Redis.URL == "" {
		r.complain("REDIS_URL", "is missing: a worker reads its events from Redis")
	}
	common.Queue.Use = false
	s := Worker{
		Common:      common,
		Concurrency: r.number("WORKER_CONCURRENCY", raw.Worker.Concurrency, 1, 10_000),
		MaxAttempts: r.number("WORKER_MAX_ATTEMPTS", raw.Worker.MaxAttempts, 1, 100),
	}
	if raw.Worker.Port != "" {
		port := r.number("WORKER_PORT", raw.Worker.Port, 0, 65535)
		s.Port = &port
	}
	return s, r.err()
}
