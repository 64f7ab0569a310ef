package classification

import (
	"context"
	"errors"
	"fmt"

	"ticketd/domain"
	"ticketd/ports"
)

// ErrNoTicketInLetter refuses to replay a letter whose event could not be read.
var ErrNoTicketInLetter = &domain.Error{
	Kind: domain.KindInvalid, Code: "dead_letter_unreadable",
	Message: "the dead letter holds no readable event, so there is no ticket to classify",
}

// Replay is what became of a dead letter.
type Replay int

// The ends of a replay.
const (
	ReplayRequested Replay = iota // a new classification is under way
	ReplayNeedless                // the ticket is no fallback any more, or is gone; the letter was removed
)

// ReplayDeadLetter gives a buried ticket another chance.
type ReplayDeadLetter struct {
	tickets ports.TicketReader
	request *RequestClassification
	letters ports.DeadLetters
}

// NewReplayDeadLetter wires the use case.
func NewReplayDeadLetter(
	tickets ports.TicketReader, request *RequestClassification, letters ports.DeadLetters,
) *ReplayDeadLetter {
	return &ReplayDeadLetter{tickets, request, letters}
}

// Handle asks for a new classification of the letter's ticket if that is still a fallback, and then removes
// the letter. A letter without a ticket is ErrNoTicketInLetter and stays.
func (uc *ReplayDeadLetter) Handle(ctx context.Context, l ports.DeadLetter) (Replay, error) {
	if l.TicketID == 0 {
		return 0, ErrNoTicketInLetter
	}
	outcome := ReplayRequested
	t, err := uc.tickets.Ticket(ctx, l.TicketID)
	switch {
	case errors.Is(err, domain.ErrTicketNotFound):
		outcome = ReplayNeedless
	case err != nil:
		return 0, fmt.Errorf("read ticket %d: %w", l.TicketID, err)
	case t.AIStatus() != domain.AIStatusFallback:
		outcome = ReplayNeedless
	default:
		if _, err := uc.request.Handle(ctx, l.TicketID); err != nil {
			return 0, fmt.Errorf("ask for a new classification of ticket %d: %w", l.TicketID, err)
		}
	}
	return outcome, uc.letters.Discard(ctx, l.ID)
}
