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
	dry     bool
}

// NewReplayDeadLetter wires the use case.
func NewReplayDeadLetter(
	tickets ports.TicketReader, request *RequestClassification, letters ports.DeadLetters,
) *ReplayDeadLetter {
	return &ReplayDeadLetter{tickets, request, letters, false}
}

// Dry returns a use case that says what this one would do, and does nothing.
func (uc *ReplayDeadLetter) Dry() *ReplayDeadLetter {
	return &ReplayDeadLetter{uc.tickets, uc.request, uc.letters, true}
}

// Handle asks for a new classification of the letter's ticket if that is still a fallback, and then removes
// the letter. A letter without a ticket is ErrNoTicketInLetter and stays.
func (uc *ReplayDeadLetter) Handle(ctx context.Context, l ports.DeadLetter) (Replay, error) {
	if l.Malformed() {
		return 0, ErrNoTicketInLetter
	}
	end, err := uc.replay(ctx, l.TicketID)
	if errors.Is(err, domain.ErrTicketNotFound) {
		end, err = ReplayNeedless, nil
	}
	if err != nil || uc.dry {
		return end, err
	}
	_, err = uc.letters.Discard(ctx, l.ID)
	return end, err
}

func (uc *ReplayDeadLetter) replay(ctx context.Context, id domain.TicketID) (Replay, error) {
	t, err := uc.tickets.Ticket(ctx, id)
	switch {
	case err != nil:
		return 0, fmt.Errorf("read ticket %d: %w", id, err)
	case t.AIStatus() != domain.AIStatusFallback:
		return ReplayNeedless, nil
	case uc.dry:
		return ReplayRequested, nil
	}
	if _, err := uc.request.Handle(ctx, id); err != nil {
		return 0, fmt.Errorf("ask for a new classification of ticket %d: %w", id, err)
	}
	return ReplayRequested, nil
}
