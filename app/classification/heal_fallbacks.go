package classification

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/ports/retry"
)

const (
	// healInterval is how often fallbacks to heal are looked for while the provider answers.
	healInterval = 2 * time.Second
	// lookAgain is how soon they are looked for again where none was left: other processes may have left some.
	lookAgain = 5 * time.Minute
	// probeBase and probeCap bound the pause between probes while it does not.
	probeBase, probeCap = 15 * time.Second, 5 * time.Minute
	// probeTime bounds one probe.
	probeTime = 2 * time.Minute
	// healShare is the part of the slots that healing takes at most.
	healShare = 10
)

// Finisher classifies claimed tickets.
type Finisher interface {
	// Lease returns what it may hold one with, if that is claimed now.
	Lease() ports.Lease
	// TakeRoom returns how many of the wanted tickets there is room for now, behind those that people wait for.
	// It does not wait.
	TakeRoom(wanted int) int
	// FinishTaken classifies a ticket in the room taken for it and returns when that is over.
	FinishTaken(ctx context.Context, c ports.Claim)
	// LeaveRoom gives room back that was not used.
	LeaveRoom(n int)
}

// HealFallbacks classifies fallbacks again that failed because of the provider, once it answers: the newest
// first, behind new tickets. Any number of processes may run it at once.
type HealFallbacks struct {
	tickets ports.FallbackHealer
	health  *ProviderHealth
	prober  ports.Prober
	finish  Finisher
	slots   int
	clock   ports.Clock
	meter   ports.Meter
	log     *slog.Logger
}

// NewHealFallbacks wires the use case; slots are those of the whole process.
func NewHealFallbacks(
	tickets ports.FallbackHealer, health *ProviderHealth, prober ports.Prober, finish Finisher, slots int,
	clock ports.Clock, meter ports.Meter, log *slog.Logger,
) *HealFallbacks {
	return &HealFallbacks{tickets, health, prober, finish, slots, clock, meter, log}
}

// Run heals until ctx ends and returns when the tickets in its hands are finished.
func (uc *HealFallbacks) Run(ctx context.Context) {
	probes := domain.RetryPolicy{Base: probeBase, Cap: probeCap}
	after := func(failed int) time.Time {
		return uc.clock.Now().Add(probes.Wait(max(failed, 1), nil, retry.Jitter()))
	}
	failed, next := 0, after(1)
	var drained, looked time.Time // of which recovery nothing is left, and when that was seen
	for retry.Pause(ctx, healInterval) == nil {
		if since, ok := uc.health.AnswersSince(); ok {
			failed, next = 0, after(1)
			if since.Equal(drained) && uc.clock.Now().Sub(looked) < lookAgain {
				continue
			}
			if uc.heal(ctx, since) {
				drained, looked = since, uc.clock.Now()
			}
			continue
		}
		if uc.clock.Now().Before(next) {
			continue
		}
		if err := uc.probe(ctx); err != nil {
			failed++
		}
		next = after(failed)
	}
}

// probe asks the provider whether it answers, if there is something to heal.
func (uc *HealFallbacks) probe(ctx context.Context) error {
	some, err := uc.tickets.AnyHealable(ctx, uc.clock.Now())
	if err != nil || !some {
		return err
	}
	probing, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	err = uc.prober.Probe(probing)
	uc.health.note(err)
	return err
}

// heal finishes what fell before the provider began to answer, until nothing is left, which it reports, there
// is no room or the provider fails again.
func (uc *HealFallbacks) heal(ctx context.Context, since time.Time) (drained bool) {
	total := 0
	for ctx.Err() == nil {
		if now, ok := uc.health.AnswersSince(); !ok || now != since {
			break
		}
		n, room, err := uc.batch(ctx, since)
		if err != nil && ctx.Err() == nil {
			uc.log.DebugContext(ctx, "fallbacks cannot be looked for", "error", err)
		}
		if n == 0 {
			drained = err == nil && room > 0
			break
		}
		if total == 0 {
			uc.log.InfoContext(ctx, "the model answers again; fallbacks are classified anew")
		}
		total += n
	}
	if total > 0 {
		uc.log.InfoContext(ctx, "fallbacks were classified anew", "count", total)
	}
	return drained
}

func (uc *HealFallbacks) batch(ctx context.Context, since time.Time) (n, room int, err error) {
	room = uc.finish.TakeRoom(max(uc.slots/healShare, 1))
	if room == 0 {
		return 0, 0, nil
	}
	claiming, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
	defer cancel()
	claims, err := uc.tickets.ClaimHealable(claiming, room, uc.finish.Lease(), since)
	uc.finish.LeaveRoom(room - len(claims))
	if err != nil {
		return 0, room, fmt.Errorf("claim fallbacks: %w", err)
	}
	uc.meter.Swept(ports.FoundHeal, len(claims))
	// All that is claimed is finished, also after the end of ctx.
	each(context.WithoutCancel(ctx), room, len(claims), func(i int) { uc.finish.FinishTaken(ctx, claims[i]) })
	return len(claims), room, nil
}
