package settings

import (
	"regexp"

	"ticketd/adapters/redisstream"
)

// Queue say whether other processes classify.
type Queue struct {
	Use     bool
	Redis   redisstream.Place // its URL may have a password: never log it
	Letters bool              // the command is about dead letters
}

// prefixForm are the characters that need no quotes in a shell; a cluster puts names with the same {tag} into
// one slot.
var prefixForm = regexp.MustCompile(`^[A-Za-z0-9._:{}-]{0,64}$`)

func (raw RawQueue) parse(r *reader) Queue {
	s := Queue{Use: r.boolean("USE_QUEUE", raw.UseQueue), Redis: raw.place()}
	if s.Use && raw.RedisURL == "" {
		r.complain("REDIS_URL", "is missing: USE_QUEUE=true needs it")
	}
	raw.check(r)
	return s
}

func (raw RawRedis) place() redisstream.Place {
	return redisstream.Place{URL: raw.RedisURL, Prefix: raw.RedisPrefix}
}

func (raw RawRedis) check(r *reader) {
	if !prefixForm.MatchString(raw.RedisPrefix) {
		r.complain("REDIS_PREFIX", "must be at most 64 letters, digits and . _ : - { }, not %q", raw.RedisPrefix)
	}
	if raw.RedisURL == "" {
		return
	}
	if err := redisstream.CheckURL(raw.RedisURL); err != nil {
		r.complain("REDIS_URL", "%s", err)
	}
}
