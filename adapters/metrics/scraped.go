package metrics

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ticketd/ports"
)

const (
	// readTime bounds how long a scrape waits for another server.
	readTime = time.Second
	// fresh is how long an answer is reused, so that frequent scrapes cost that server nothing.
	fresh = 3 * time.Second
)

// scraped are figures that are read from another server at a scrape. If that server does not answer, up is 0,
// unless it is nil, and the others are missing.
type scraped[T any] struct {
	up     *prometheus.Desc
	others []*prometheus.Desc
	read   func(ctx context.Context) (T, error)
	values func(T) []*float64 // of others, nil for an unknown one

	mu   sync.Mutex // one reader at a time
	at   time.Time
	last T
	err  error
}

func (s *scraped[T]) Describe(ch chan<- *prometheus.Desc) {
	if s.up != nil {
		ch <- s.up
	}
	for _, d := range s.others {
		ch <- d
	}
}

func (s *scraped[T]) Collect(ch chan<- prometheus.Metric) {
	now, err := s.current()
	if s.up != nil {
		answers := 1.0
		if err != nil {
			answers = 0
		}
		ch <- prometheus.MustNewConstMetric(s.up, prometheus.GaugeValue, answers)
	}
	if err != nil {
		return
	}
	for i, v := range s.values(now) {
		if v != nil {
			ch <- prometheus.MustNewConstMetric(s.others[i], prometheus.GaugeValue, *v)
		}
	}
}

func (s *scraped[T]) current() (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at.IsZero() || time.Since(s.at) >= fresh {
		ctx, cancel := context.WithTimeout(context.Background(), readTime)
		defer cancel()
		s.last, s.err = s.read(ctx)
		s.at = time.Now()
	}
	return s.last, s.err
}

func desc(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }

// WatchBacklog shows what waits in the store.
func (m *Metrics) WatchBacklog(r ports.BacklogReader) {
	m.registry.MustRegister(&scraped[ports.Backlog]{
		up: desc("ticketd_store_up",
			"1 if the store answered this scrape within a second and takes changes, else 0."),
		others: []*prometheus.Desc{
			desc("ticketd_pending_tickets",
				"Tickets that wait for the end of their classification, counted up to 10000; the same in all processes."),
			desc("ticketd_pending_oldest_age_seconds",
				"How long the oldest pending ticket has been waiting; 0 without any; the same in all processes."),
		},
		read:   r.Backlog,
		values: func(b ports.Backlog) []*float64 { return []*float64{number(b.Pending), seconds(b.Oldest)} },
	})
}

// WatchQueue shows what waits in the queue.
func (m *Metrics) WatchQueue(q ports.QueueInspector) {
	m.registry.MustRegister(&scraped[ports.QueueState]{
		up: desc("ticketd_redis_up",
			"1 if an event could pass through Redis within a second of this scrape, else 0."),
		others: []*prometheus.Desc{
			desc("ticketd_queue_lag_events", "Events that no worker has been given yet; the same in all processes."),
			desc("ticketd_queue_pending_events",
				"Events that workers hold and have not acknowledged; the same in all processes."),
			desc("ticketd_queue_oldest_age_seconds",
				"Age of the oldest event that was not acknowledged; 0 without any; the same in all processes."),
			desc("ticketd_dead_letters_stored", "Dead letters that are kept in Redis; the same in all processes."),
		},
		read: q.QueueState,
		values: func(s ports.QueueState) []*float64 {
			var lag *float64
			if s.Lag != nil {
				lag = number(*s.Lag)
			}
			return []*float64{lag, number(s.Pending), seconds(s.Oldest), number(s.DeadLetters)}
		},
	})
}

func number(n int) *float64 {
	f := float64(n)
	return &f
}

func seconds(d time.Duration) *float64 {
	f := d.Seconds()
	return &f
}
