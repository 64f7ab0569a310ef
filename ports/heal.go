package ports

import (
	"context"
	"time"
)

const (
	// HealWithin is the age up to which a fallback is classified again without anybody asking.
	HealWithin = 7 * 24 * time.Hour
	// HealRounds caps the rounds that heal one fallback. Each further round waits HealPause longer after the
	// last call, so that a provider that comes and goes does not use them up.
	HealRounds = 3
	HealPause  = 5 * time.Minute
)

// FallbackHealer finds the fallbacks whose last failure was a domain.ProviderFault.
type FallbackHealer interface {
	// AnyHealable reports whether ClaimHealable would find a fallback, claimed or not.
	AnyHealable(ctx context.Context, before time.Time) (bool, error)
	// ClaimHealable starts a new round for up to limit healable fallbacks, newest first, and claims them. A
	// fallback is healable if it came in within HealWithin, its last call began before the given moment, and
	// fewer than HealRounds healing rounds have ended as fallback. From the second healing round on, the last
	// call must also be as many HealPause ago as there were healing rounds. Tickets that a person decided are no
	// fallbacks.
	ClaimHealable(ctx context.Context, limit int, lease Lease, before time.Time) ([]Claim, error)
}

// Prober tests whether the provider answers.
type Prober interface {
	// Probe makes the smallest possible call and returns nil if the provider answers it.
	Probe(ctx context.Context) error
}
