package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

func TestADeliveryIsRepeatedOnASchedule(t *testing.T) {
	t.Parallel()
	const second, minute, hour = time.Second, time.Minute, time.Hour
	waits := []time.Duration{
		5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour,
	}
	for i, wait := range waits {
		try := domain.DeliveryTry{Attempt: i + 1, Status: 500}
		require.Equal(t, domain.DeliveryFate{State: domain.DeliveryPending, Wait: wait}, try.Fate(0), i)
		late := try.Fate(0.999).Wait
		require.Greater(t, late, wait+wait*19/100, "the most is a fifth")
		require.Less(t, late, wait+wait/5)
	}
	require.Equal(t, len(waits)+1, domain.MaxDeliveryAttempts)
	last := domain.DeliveryTry{Attempt: domain.MaxDeliveryAttempts, Status: 500}
	require.Equal(t, domain.DeliveryFate{State: domain.DeliveryFailed}, last.Fate(0.5))
}

func TestWhatBecomesOfADelivery(t *testing.T) {
	t.Parallel()
	pending := func(wait time.Duration) domain.DeliveryFate {
		return domain.DeliveryFate{State: domain.DeliveryPending, Wait: wait}
	}
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		try  domain.DeliveryTry
		want domain.DeliveryFate
	}{
		"it arrived": {
			domain.DeliveryTry{Attempt: 1, Delivered: true, Status: 204},
			domain.DeliveryFate{State: domain.DeliveryDelivered},
		},
		"it arrived at the last try, at a receiver that has failed for long": {
			domain.DeliveryTry{Attempt: 10, Delivered: true, Status: 200, FailingFor: 30 * day},
			domain.DeliveryFate{State: domain.DeliveryDelivered},
		},
		"there was no answer": {domain.DeliveryTry{Attempt: 1}, pending(5 * time.Second)},
		"the receiver asks for a longer wait": {
			domain.DeliveryTry{Attempt: 1, Status: 429, RetryAfter: time.Hour}, pending(time.Hour),
		},
		"the receiver asks for a shorter wait than the schedule has": {
			domain.DeliveryTry{Attempt: 3, Status: 503, RetryAfter: time.Minute}, pending(30 * time.Minute),
		},
		"the receiver asks for a week": {
			domain.DeliveryTry{Attempt: 1, Status: 503, RetryAfter: 7 * day}, pending(day),
		},
		"the receiver is gone": {
			domain.DeliveryTry{Attempt: 1, Status: 410, RetryAfter: time.Hour, FailingFor: 6 * day},
			domain.DeliveryFate{State: domain.DeliveryFailed, Disable: domain.DisabledGone},
		},
		"the webhook has not failed for long enough": {
			domain.DeliveryTry{Attempt: 2, Status: 500, FailingFor: domain.DisableAfter - 1}, pending(5 * time.Minute),
		},
		"the webhook has failed for five days": {
			domain.DeliveryTry{Attempt: 2, Status: 500, FailingFor: 5 * day},
			domain.DeliveryFate{
				State: domain.DeliveryPending, Wait: 5 * time.Minute, Disable: domain.DisabledFailing,
			},
		},
		"so it has at the last try": {
			domain.DeliveryTry{Attempt: 10, FailingFor: 5 * day},
			domain.DeliveryFate{State: domain.DeliveryFailed, Disable: domain.DisabledFailing},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, c.try.Fate(0))
		})
	}
}
