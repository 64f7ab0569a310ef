package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"ticketd/domain"
)

// Ended returns domain.ErrStoreUnavailable if ctx has ended, whatever the driver made of that, and nil
// otherwise. The cause stays recognisable by errors.Is.
func Ended(ctx context.Context, err error) error {
	end := ctx.Err()
	if end == nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		end = err
	}
	switch {
	case end == nil:
		return nil
	case errors.Is(err, end):
		return domain.ErrStoreUnavailable.With(err)
	default:
		return domain.ErrStoreUnavailable.With(fmt.Errorf("%w: %w", end, err))
	}
}
