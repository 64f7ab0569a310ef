package app

import (
	"context"
	"strconv"

	"ticketd/domain"
	"ticketd/ports"
)

const (
	// MaxReplayed is how many events one call delivers again.
	MaxReplayed = 10_000
	// MaxReplayedEvents is how many it takes by their ids.
	MaxReplayedEvents = 1000
)

// ReplayDeliveries delivers events to a webhook again.
type ReplayDeliveries struct{ deliveries ports.DeliveryRecord }

// NewReplayDeliveries wires the use case.
func NewReplayDeliveries(deliveries ports.DeliveryRecord) *ReplayDeliveries {
	return &ReplayDeliveries{deliveries}
}

// Handle replays up to MaxReplayed events. Anything but one field of what is KindInvalid.
func (uc *ReplayDeliveries) Handle(
	ctx context.Context, id domain.WebhookID, what ports.Replay,
) (ports.Replayed, error) {
	given := 0
	for _, set := range []bool{what.After != nil, what.Events != nil, what.Failed} {
		if set {
			given++
		}
	}
	if given != 1 {
		return ports.Replayed{}, domain.Invalid("body", "must have one field of after, event_ids and failed")
	}
	if n := len(what.Events); what.Events != nil && (n == 0 || n > MaxReplayedEvents) {
		return ports.Replayed{}, domain.Invalid("event_ids",
			"must have between 1 and "+strconv.Itoa(MaxReplayedEvents)+" elements")
	}
	return uc.deliveries.ReplayDeliveries(ctx, id, what, MaxReplayed)
}
