package classification

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ticketd/ports"
)

// dropBatch is how many letters are removed in one step.
const dropBatch = 500

// DropDeadLetters takes letters out that nobody needs any more. Their tickets stay as they are.
type DropDeadLetters struct{ letters ports.DeadLetters }

// NewDropDeadLetters wires the use case.
func NewDropDeadLetters(letters ports.DeadLetters) *DropDeadLetters { return &DropDeadLetters{letters} }

// Unwanted says which letters go; the zero value means all.
type Unwanted struct {
	Before    time.Time // zero: of any age
	Malformed bool      // only those that name no ticket
}

// Find returns the ids of the letters, oldest first.
func (uc *DropDeadLetters) Find(ctx context.Context, u Unwanted) (ids []string, err error) {
	for l, err := range AllDeadLetters(ctx, uc.letters) {
		if err != nil {
			return nil, err
		}
		young := !u.Before.IsZero() && !l.At.Before(u.Before)
		if !young && (l.Malformed() || !u.Malformed) {
			ids = append(ids, l.ID)
		}
	}
	return ids, nil
}

// Named returns those of the ids that are there, each once, and an error for each that is not.
func (uc *DropDeadLetters) Named(
	ctx context.Context, ids []string,
) (found []string, missing []error, err error) {
	for _, id := range ids {
		l, err := uc.letters.DeadLetter(ctx, id)
		switch {
		case errors.Is(err, ports.ErrNoDeadLetter):
			missing = append(missing, fmt.Errorf("%s: %w", id, err))
		case err != nil:
			return nil, nil, err
		case !slices.Contains(found, l.ID):
			found = append(found, l.ID)
		}
	}
	return found, missing, nil
}

// Handle removes the letters and returns how many it found, also after an error.
func (uc *DropDeadLetters) Handle(ctx context.Context, ids []string) (dropped int, err error) {
	for batch := range slices.Chunk(ids, dropBatch) {
		n, err := uc.letters.Discard(ctx, batch...)
		dropped += n
		if err != nil {
			return dropped, err
		}
	}
	return dropped, nil
}
