package classification_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
)

func TestASlotThatWaitsOutAPauseIsNotInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slowDown := *domain.ErrThrottled
		slowDown.RetryAfter = time.Hour
		s := &fakes.Faulty{
			OnClaim: func(_ context.Context, id domain.TicketID, _ ports.Lease) (ports.Claim, error) {
				return ports.Claim{Ticket: domain.Ticket{}.Stored(id), Attempt: 1}, nil
			},
			OnRelease: func(context.Context, ports.Claim, ports.Release) error { return nil },
		}
		answers := make(chan error)
		model := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			return domain.Answer{}, <-answers
		})
		limits := classification.WorkerLimits{Slots: 1, Timeout: time.Minute, Policy: fakes.Soon(3)}
		w := classification.NewWorker(s, model, &fakes.Graveyard{}, limits, fakes.Clock,
			ports.NoMeter{}, fakes.Quiet)

		require.NoError(t, w.TakeEvent(t.Context(), 1))
		synctest.Wait()
		require.Equal(t, 1, w.InFlight(), "a call is under way")
		answers <- &slowDown
		synctest.Wait()
		require.True(t, w.Paused())

		ctx, stop := context.WithCancel(t.Context())
		waiting := make(chan error, 1)
		go func() { waiting <- w.TakeEvent(ctx, 2) }()
		synctest.Wait()
		require.Empty(t, waiting, "it has the only slot and waits for the end of the pause")
		require.Zero(t, w.InFlight())
		stop()
		require.ErrorIs(t, <-waiting, context.Canceled)
	})
}
