package metrics_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/metrics"
	"ticketd/domain"
	"ticketd/ports"
)

// server answers scrapes, or not.
type server struct {
	asked atomic.Int32
	state ports.QueueState
	err   error
}

func (s *server) Backlog(ctx context.Context) (ports.Backlog, error) {
	s.asked.Add(1)
	_, bounded := ctx.Deadline()
	if !bounded {
		return ports.Backlog{}, errors.New("it would wait for ever")
	}
	return ports.Backlog{Pending: 12, Oldest: 90 * time.Second}, s.err
}

func (s *server) DeliveryBacklog(context.Context) (ports.DeliveryBacklog, error) {
	return ports.DeliveryBacklog{Pending: 3, Oldest: time.Minute, Disabled: 1}, s.err
}

func (s *server) QueueState(context.Context) (ports.QueueState, error) { return s.state, s.err }

func TestFiguresOfOtherServers(t *testing.T) {
	t.Parallel()
	t.Run("are read when they are asked for", func(t *testing.T) {
		t.Parallel()
		m, lag := metrics.New(metrics.Options{}), 5
		before := scrape(t, m)
		m.WatchBacklog(&server{})
		m.WatchDeliveries(&server{}, func() int { return 7 })
		m.WatchQueue(&server{
			state: ports.QueueState{Lag: &lag, Pending: 2, Oldest: 3 * time.Second, DeadLetters: 4},
		})
		require.Equal(t, page{
			"ticketd_store_up": 1, "ticketd_pending_tickets": 12, "ticketd_pending_oldest_age_seconds": 90,
			"ticketd_webhook_pending_deliveries": 3, "ticketd_webhook_oldest_age_seconds": 60,
			"ticketd_webhooks_disabled": 1, "ticketd_webhook_in_flight": 7,
			"ticketd_redis_up": 1, "ticketd_queue_lag_events": 5, "ticketd_queue_pending_events": 2,
			"ticketd_queue_oldest_age_seconds": 3, "ticketd_dead_letters_stored": 4,
		}, scrape(t, m).changed(before))
	})

	t.Run("are missing while the server is away, and the others stay", func(t *testing.T) {
		t.Parallel()
		m, away := metrics.New(metrics.Options{}), &server{err: domain.ErrStoreUnavailable}
		m.WatchBacklog(away)
		m.WatchQueue(away)
		m.WatchDeliveries(away, func() int { return 0 })
		p := scrape(t, m)
		require.Contains(t, p, "ticketd_store_up")
		require.Zero(t, p["ticketd_store_up"])
		require.Zero(t, p["ticketd_redis_up"])
		require.NotContains(t, p, "ticketd_pending_tickets")
		require.NotContains(t, p, "ticketd_queue_pending_events")
		require.NotContains(t, p, "ticketd_webhook_pending_deliveries")
		require.Contains(t, p, "ticketd_confirmations_total")
	})

	t.Run("are missing where the server cannot tell", func(t *testing.T) {
		t.Parallel()
		m := metrics.New(metrics.Options{})
		m.WatchQueue(&server{})
		p := scrape(t, m)
		require.NotContains(t, p, "ticketd_queue_lag_events")
		require.Contains(t, p, "ticketd_queue_pending_events")
	})

	t.Run("cost that server little however often they are asked for", func(t *testing.T) {
		t.Parallel()
		m, s := metrics.New(metrics.Options{}), &server{}
		m.WatchBacklog(s)
		began := time.Now()
		for range 200 {
			scrape(t, m)
		}
		require.LessOrEqual(t, int(s.asked.Load()), 1+int(time.Since(began)/(3*time.Second)))
	})
}
