package settings

import "ticketd/adapters/redisstream"

// Queue say whether other processes classify.
type Queue struct {
	Use      bool
	RedisURL string // may have a password: never log it
	Letters  bool   // the command is about dead letters
}

func (raw RawQueue) parse(r *reader) Queue {
	s := Queue{Use: r.boolean("USE_QUEUE", raw.UseQueue), RedisURL: raw.RedisURL}
	if s.Use && raw.RedisURL == "" {
		r.complain("REDIS_URL", "is missing: USE_QUEUE=true needs it")
	}
	raw.check(r)
	return s
}

func (raw RawRedis) check(r *reader) {
	if raw.RedisURL == "" {
		return
	}
	if err := redisstream.CheckURL(raw.RedisURL); err != nil {
		r.complain("REDIS_URL", "%s", err)
	}
}
