package ports

import (
	"context"
	"time"
)

const (
	// HealWithin is how long after it came in a fallback is classified again by itself.
	HealWithin = 7 * 24 * time.Hour
	// HealRounds is how many rounds a fallback gets for that, and HealPause how much longer each further one waits after the last call: a
	// provider that comes and goes must not use them up.
	HealRounds = 3
	HealPause  = 5 * time.Minute
)

// FallbackHealer finds the fallbacks that fell through no fault of their own: their last failure is a domain.ProviderFault.
type FallbackHealer interface {
	// AnyHealable reports whether ClaimHealable would find one, claimed or not.
	AnyHealable(ctx context.Context, before time.Time) (bool, error)
	// ClaimHealable begins a new round of up to limit such tickets, newest first, and claims them. It takes those that came in within
	// HealWithin, whose last call began before the moment given and, from the second round on, as many HealPause ago as rounds were made
	// to heal it, and of whom at most HealRounds rounds ended as fallback, the first one apart. What a person decided is no fallback.
	ClaimHealable(ctx context.Context, limit int, lease time.Duration, before time.Time) ([]Claim, error)
}

// Prober asks the provider whether it answers.
type Prober interface {
	// Probe makes the smallest call and returns nil if it was answered.
	Probe(ctx context.Context) error
}
