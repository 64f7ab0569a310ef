package fakes

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"ticketd/domain"
)

// Provider answers 429 to everything until it is healthy.
type Provider struct {
	Healthy     atomic.Bool
	Asks        time.Duration // Retry-After
	Calls       atomic.Int32
	Now, Peak   atomic.Int32
	Work        time.Duration
	Mu          sync.Mutex
	Refusals    []time.Time
	AnsweredYes atomic.Int32
}

func (p *Provider) Classify(context.Context, domain.Text) (domain.Answer, error) {
	p.Calls.Add(1)
	n := p.Now.Add(1)
	defer p.Now.Add(-1)
	for peak := p.Peak.Load(); n > peak && !p.Peak.CompareAndSwap(peak, n); peak = p.Peak.Load() {
	}
	time.Sleep(p.Work) // the way to the provider and back
	if p.Healthy.Load() {
		p.AnsweredYes.Add(1)
		return Billing(), nil
	}
	p.Mu.Lock()
	defer p.Mu.Unlock()
	p.Refusals = append(p.Refusals, time.Now())
	e := *domain.ErrThrottled
	e.RetryAfter = p.Asks
	return domain.Answer{}, &e
}

// LastRefusal returns the time between the first refusal and the last.
func (p *Provider) LastRefusal() time.Duration {
	p.Mu.Lock()
	defer p.Mu.Unlock()
	if len(p.Refusals) == 0 {
		return 0
	}
	return p.Refusals[len(p.Refusals)-1].Sub(p.Refusals[0])
}
