package classification

import (
	"context"
	"errors"
	"sync"
	"time"

	"ticketd/domain"
	"ticketd/ports"
)

// ProviderHealth is a Classifier that notes whether the model's provider answers, by the calls that go
// through it.
type ProviderHealth struct {
	domain.Classifier
	clock ports.Clock

	mu    sync.Mutex
	since time.Time // of which moment on it answers; zero while it does not, or nobody knows
}

// NewProviderHealth watches c. Nothing is known before the first call.
func NewProviderHealth(c domain.Classifier, clock ports.Clock) *ProviderHealth {
	return &ProviderHealth{Classifier: c, clock: clock}
}

// Classify implements domain.Classifier.
func (p *ProviderHealth) Classify(ctx context.Context, text domain.Text) (domain.Answer, error) {
	answer, err := p.Classifier.Classify(ctx, text)
	// A cascade's first stage says nothing of the provider, and nor does a call that was given up here.
	if answer.Source == domain.SourceModel && !errors.Is(err, context.Canceled) {
		p.note(err)
	}
	return answer, err
}

func (p *ProviderHealth) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch code := domain.CodeOf(err); {
	case err != nil && domain.ProviderFault(code):
		p.since = time.Time{}
	case err != nil && !domain.BadOutput(code): // a server without its model refuses, too
	case p.since.IsZero():
		p.since = p.clock.Now()
	}
}

// AnswersSince returns the moment from which on the provider answers; ok is false while it does not, or
// nobody knows.
func (p *ProviderHealth) AnswersSince() (since time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.since, !p.since.IsZero()
}
