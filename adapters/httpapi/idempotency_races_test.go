package httpapi_test

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
)

// held serves with a classifier that waits until letGo is called.
func held(t *testing.T, s store, calls *atomic.Int32) (a *api, started <-chan struct{}, letGo func()) {
	t.Helper()
	begun, open := make(chan struct{}, 100), make(chan struct{})
	a = serve(t, s, func(s *setup) {
		s.classifier = domain.ClassifierFunc(func(ctx context.Context, text domain.Text) (domain.Answer, error) {
			calls.Add(1)
			begun <- struct{}{}
			select {
			case <-open:
				return byWord(ctx, text)
			case <-ctx.Done():
				return domain.Answer{}, ctx.Err()
			}
		})
		s.timeout = patience
	})
	return a, begun, func() { close(open) }
}

type outcome struct {
	response
	err error
}

// together sends requests at once and returns the answers as they come.
func (a *api) together(requests []*http.Request) <-chan outcome {
	answers := make(chan outcome, len(requests))
	start := make(chan struct{})
	for _, r := range requests {
		go func() {
			<-start
			res, err := a.http.Do(r)
			if err != nil {
				answers <- outcome{err: err}
				return
			}
			body, err := io.ReadAll(res.Body)
			answers <- outcome{response{res, string(body)}, err}
		}()
	}
	close(start)
	return answers
}

func TestRepetitionsAtOnce(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("twenty with one key make one ticket and one paid call", func(t *testing.T) {
			t.Parallel()
			calls := &atomic.Int32{}
			a, _, letGo := held(t, open(t), calls)
			requests := make([]*http.Request, 20)
			for i := range requests {
				requests[i] = a.keyed(t, "k", titled(`"billing"`))
			}
			answers := a.together(requests)
			for range 19 {
				early := <-answers
				require.NoError(t, early.err)
				require.Equal(t, http.StatusConflict, early.StatusCode, early.body)
				require.Contains(t, early.body, `"idempotency_key_in_use"`)
				require.Equal(t, "1", early.Header.Get("Retry-After"))
			}
			letGo()
			first := <-answers
			require.NoError(t, first.err)
			require.Equal(t, http.StatusCreated, first.StatusCode, first.body)
			require.Contains(t, first.body, `"ai_status":"done"`)
			for _, r := range requests {
				again := a.once(t, r.Header.Get("Idempotency-Key"), titled(`"billing"`))
				require.Equal(t, http.StatusCreated, again.StatusCode)
				require.JSONEq(t, first.body, again.body)
			}
			require.EqualValues(t, 1, calls.Load())
			require.Len(t, a.page(t, "/tickets").Data, 1)
		})

		t.Run("one with other fields is told so even while the first is at work", func(t *testing.T) {
			t.Parallel()
			a, started, letGo := held(t, open(t), &atomic.Int32{})
			first := a.together([]*http.Request{a.keyed(t, "k", titled(`"t"`))})
			<-started
			require.Equal(t, http.StatusUnprocessableEntity, a.once(t, "k", titled(`"u"`)).StatusCode)
			require.Equal(t, http.StatusConflict, a.once(t, "k", titled(`"t"`)).StatusCode)
			letGo()
			require.Equal(t, http.StatusCreated, (<-first).StatusCode)
		})

		t.Run("one is answered once a person has decided, even while the first is at work", func(t *testing.T) {
			t.Parallel()
			a, started, letGo := held(t, open(t), &atomic.Int32{})
			first := a.together([]*http.Request{a.keyed(t, "k", titled(`"t"`))})
			<-started
			id := a.page(t, "/tickets").ids()[0]
			edited := a.patch(t, id, `{"category":"billing"}`)
			again := a.once(t, "k", titled(`"t"`))
			require.Equal(t, http.StatusCreated, again.StatusCode, again.body)
			require.JSONEq(t, edited.body, again.body)
			letGo()
			late := <-first
			want, got := read[client.Ticket](t, edited.body), read[client.Ticket](t, late.body)
			require.Equal(t, a.get(t, late.Header.Get("Location")).body, late.body)
			require.Greater(t, got.Version, want.Version, "the dropped verdict is on record")
			want.Version = got.Version
			require.Equal(t, want, got, "the person's labels stand")
		})

		t.Run("one after a client that went away finds the ticket", func(t *testing.T) {
			t.Parallel()
			calls := &atomic.Int32{}
			a, started, letGo := held(t, open(t), calls)
			ctx, leave := context.WithCancel(t.Context())
			gone := a.together([]*http.Request{a.keyed(t, "k", titled(`"t"`)).WithContext(ctx)})
			<-started
			leave()
			require.Error(t, (<-gone).err)
			require.Equal(t, http.StatusConflict, a.once(t, "k", titled(`"t"`)).StatusCode)
			letGo()
			require.Eventually(t, func() bool {
				return a.once(t, "k", titled(`"t"`)).StatusCode == http.StatusCreated
			}, patience, tick)
			require.EqualValues(t, 1, calls.Load())
		})
	})
}
