package delivery_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/delivery"
	"ticketd/domain"
	"ticketd/ports"
)

func TestEventsArriveSoonAndOnce(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(3)...)
	run(t, q, nil, func(_ *delivery.Engine, r *receivers, _ *journal) {
		for i := range 1000 {
			q.happen(domain.TicketID(i), domain.EventCreated)
		}
		settle(time.Second)
		require.Equal(t, 3000, q.count(domain.DeliveryDelivered))
		require.Len(t, r.to(1), 1000)
	})
}

func TestEventsOfATicketArriveInOrderAndOthersGoOn(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(1)...)
	failures := 3
	answer := func(_ context.Context, s sent) ports.SendResult {
		if s.event == 1 && failures > 0 {
			failures--
			return failing
		}
		return ports.SendResult{Status: 200}
	}
	run(t, q, answer, func(_ *delivery.Engine, r *receivers, log *journal) {
		q.happen(1, domain.EventCreated, domain.EventClassified, domain.EventClosed) // 1 to 3
		q.happen(2, domain.EventCreated, domain.EventClosed)                         // 4, 5
		settle(time.Second)
		require.Equal(t, []int64{1}, r.of(1))
		require.Equal(t, []int64{4, 5}, r.of(2))
		settle(time.Hour)
		require.Equal(t, []int64{1, 1, 1, 1, 2, 3}, r.of(1))
		require.Equal(t, []int64{4, 5}, r.of(2))
		require.Contains(t, log.String(), `"level":"WARN"`)
		require.Contains(t, log.String(), `"host":"hooks.example.com"`)
	})
}

func TestReceiversThatDoNotAnswerHoldNoOthersUp(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(20)...)
	answer := func(ctx context.Context, s sent) ports.SendResult {
		if s.webhook < 20 {
			slow(ctx, domain.AnswerTime)
			return ports.SendResult{Error: "timeout"}
		}
		return ports.SendResult{Status: 200}
	}
	run(t, q, answer, func(_ *delivery.Engine, r *receivers, _ *journal) {
		for i := range 200 {
			q.happen(domain.TicketID(i), domain.EventCreated)
		}
		settle(2 * time.Second)
		require.Len(t, r.to(20), 200)
		require.Equal(t, 32, r.atOnce())
	})
}

func TestADeliveryThatFailsForDaysIsGivenUp(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(1)...)
	q.tried = domain.MaxDeliveryAttempts - 1
	run(t, q, func(context.Context, sent) ports.SendResult { return failing },
		func(_ *delivery.Engine, r *receivers, log *journal) {
			q.happen(1, domain.EventCreated, domain.EventClosed)
			settle(time.Second)
			require.Equal(t, 2, q.count(domain.DeliveryFailed))
			require.Equal(t, []int64{1, 2}, r.to(1), "what is given up holds up nothing")
			require.Contains(t, log.String(), "given up")
		})
}

func TestAWebhookIsSwitchedOff(t *testing.T) {
	t.Parallel()
	for reason, c := range map[domain.DisableReason]struct {
		answer  ports.SendResult
		failing time.Duration
	}{
		domain.DisabledGone:    {ports.SendResult{Status: 410, Error: "http_410"}, 0},
		domain.DisabledFailing: {failing, domain.DisableAfter},
	} {
		t.Run(reason.String(), func(t *testing.T) {
			t.Parallel()
			q := newQueue(webhooks(2)...)
			q.webhooks[0].FailingFor = c.failing
			answer := func(_ context.Context, s sent) ports.SendResult {
				if s.webhook == 1 {
					return c.answer
				}
				return ports.SendResult{Status: 200}
			}
			run(t, q, answer, func(_ *delivery.Engine, r *receivers, log *journal) {
				for i := range 5 {
					q.happen(domain.TicketID(i), domain.EventCreated)
				}
				settle(time.Second)
				q.happen(9, domain.EventCreated)
				settle(time.Hour)
				q.set(func() { require.Equal(t, map[domain.WebhookID]domain.DisableReason{1: reason}, q.disabled) })
				require.Len(t, r.to(1), 5, "nothing more is sent")
				require.Len(t, r.to(2), 6)
				require.Equal(t, 1, strings.Count(log.String(), "a webhook was switched off"))
				require.Contains(t, log.String(), `"level":"ERROR"`)
			})
		})
	}
}

func TestAReceiverMayAskForALongerWait(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(1)...)
	asked := ports.SendResult{Status: 429, Error: "http_429", RetryAfter: time.Hour}
	run(t, q, func(context.Context, sent) ports.SendResult { return asked },
		func(_ *delivery.Engine, r *receivers, _ *journal) {
			q.happen(1, domain.EventCreated)
			settle(59 * time.Minute)
			require.Len(t, r.to(1), 1)
			settle(2 * time.Minute)
			require.Len(t, r.to(1), 2)
		})
}

func TestAStoreThatIsAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(1)...)
	answer := func(ctx context.Context, _ sent) ports.SendResult { return slow(ctx, time.Second) }
	run(t, q, answer, func(_ *delivery.Engine, r *receivers, log *journal) {
		q.happen(1, domain.EventCreated)
		settle(500 * time.Millisecond)
		q.set(func() { q.away = true })
		q.happen(2, domain.EventCreated)
		settle(20 * time.Second)
		require.Equal(t, 1, q.count(domain.DeliveryPending))
		q.set(func() { q.away = false })
		settle(5 * time.Second)
		require.Equal(t, 2, q.count(domain.DeliveryDelivered))
		require.Equal(t, []int64{1, 2}, r.to(1), "what was sent is stored, and not sent again")
		require.Equal(t, 2, strings.Count(log.String(), `"level":"WARN"`), "one line for each loop")
	})
}

func TestTheLostAnswerOfTheStoreCostsNoRepetition(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(1)...)
	run(t, q, nil, func(_ *delivery.Engine, r *receivers, _ *journal) {
		q.set(func() { q.lost = true })
		q.happen(1, domain.EventCreated)
		settle(time.Hour)
		require.Equal(t, []int64{1}, r.to(1))
	})
}

func TestEndsThatComeTogetherAreStoredTogether(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(8)...)
	q.pace = 10 * time.Millisecond
	answer := func(ctx context.Context, _ sent) ports.SendResult { return slow(ctx, time.Second) }
	run(t, q, answer, func(*delivery.Engine, *receivers, *journal) {
		for i := range 8 {
			q.happen(domain.TicketID(i), domain.EventCreated)
		}
		settle(3 * time.Second)
		require.Equal(t, 64, q.count(domain.DeliveryDelivered))
		q.set(func() { require.LessOrEqual(t, len(q.ended), 4) })
	})
}

func TestWithoutWebhooksTheStoreIsLeftAlone(t *testing.T) {
	t.Parallel()
	q := newQueue()
	run(t, q, nil, func(_ *delivery.Engine, r *receivers, _ *journal) {
		q.happen(1, domain.EventCreated)
		settle(time.Hour)
		require.LessOrEqual(t, q.called("list"), 1201)
		require.Zero(t, q.called("fan out"))
		require.LessOrEqual(t, q.called("claim"), 1, "before it is known that there are none")
		q.set(func() { q.webhooks = webhooks(1) })
		settle(4 * time.Second)
		require.Equal(t, []int64{1}, r.to(1))
	})
}

func TestWhenIdleTheStoreIsAskedSeldom(t *testing.T) {
	t.Parallel()
	q := newQueue(webhooks(1)...)
	run(t, q, nil, func(*delivery.Engine, *receivers, *journal) {
		settle(time.Minute)
		require.LessOrEqual(t, q.called("fan out")+q.called("claim")+q.called("list"), 60*(4+4)+20+4)
	})
}

func TestAStop(t *testing.T) {
	t.Parallel()
	start := func(
		t *testing.T, q *queue, answerTime time.Duration,
	) (e *delivery.Engine, r *receivers, stop func()) {
		r = &receivers{flying: map[domain.WebhookID]int{}}
		r.answer = func(ctx context.Context, _ sent) ports.SendResult { return slow(ctx, answerTime) }
		e = delivery.New(q, q, r, ports.NoMeter{}, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			e.Run(ctx)
		}()
		return e, r, func() {
			cancel()
			<-ended
		}
	}
	t.Run("waits for what is in flight and stores its end", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			q := newQueue(webhooks(1)...)
			e, r, stop := start(t, q, 10*time.Second)
			for i := range 36 {
				q.happen(domain.TicketID(i), domain.EventCreated)
			}
			settle(time.Second)
			stop()
			require.NoError(t, e.Drain(t.Context()))
			require.Equal(t, 32, q.count(domain.DeliveryDelivered))
			require.Equal(t, 4, q.count(domain.DeliveryPending), "nothing new begins")
			require.Len(t, r.to(1), 32)
		})
	})
	t.Run("that takes too long cuts requests off; others take them up when the lease ends", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			q := newQueue(webhooks(1)...)
			e, _, stop := start(t, q, 10*time.Second)
			q.happen(1, domain.EventCreated)
			settle(time.Second)
			stop()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			require.ErrorIs(t, e.Drain(ctx), context.DeadlineExceeded)
			require.Zero(t, e.InFlight())
			require.Zero(t, q.called("end"))
			_, second, stop := start(t, q, 0)
			settle(20 * time.Second)
			require.Empty(t, second.to(1), "the lease still stands")
			settle(20 * time.Second)
			require.Equal(t, []int64{1}, second.to(1))
			stop()
		})
	})
	t.Run("does not wait for ever for a store that is away", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			q := newQueue(webhooks(1)...)
			e, _, stop := start(t, q, time.Second)
			q.happen(1, domain.EventCreated)
			settle(500 * time.Millisecond)
			q.set(func() { q.away = true })
			settle(time.Second)
			stop()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			require.ErrorIs(t, e.Drain(ctx), context.DeadlineExceeded)
		})
	})
}
