package importing_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/importing"
	"ticketd/domain"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

func TestAProviderThatRefusesDuringAnImport(t *testing.T) {
	t.Parallel()
	t.Run("a key that is not accepted ends it, and what is done is kept", func(t *testing.T) {
		t.Parallel()
		s := stores.SQLite(t)
		var calls atomic.Int32
		classifier := domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
			if calls.Add(1) <= 300 {
				return fakes.Billing(), nil
			}
			return domain.Answer{}, domain.ErrClassifierKey
		})
		done, err := tryImport(t.Context(), importer(s, classified(classifier)), sheetOf(600))
		require.ErrorIs(t, err, domain.ErrClassifierKey)
		require.Equal(t, importing.Imported{Stored: 300, Done: 300}, done, "no refusal became a fallback")
		require.LessOrEqual(t, calls.Load(), int32(304), "nobody goes on asking")
		calls.Store(0)
		healed := classified(
			domain.ClassifierFunc(
				func(context.Context, domain.Text) (domain.Answer, error) { return fakes.Billing(), nil },
			),
		)
		require.Equal(
			t, importing.Imported{Stored: 300, Done: 300, Known: 300}, imports(t, importer(s, healed), sheetOf(600)),
		)
	})

	t.Run("a 429 pauses all calls and costs no attempt", func(t *testing.T) {
		t.Parallel()
		s, p := stores.SQLite(t), &fakes.Provider{}
		ended := make(chan importing.Imported, 1)
		go func() {
			done, _ := tryImport(t.Context(), importer(s, classified(p)), sheetOf(40))
			ended <- done
		}()
		fakes.Eventually(
			t, "somebody goes ahead after the pause", func() bool { return p.LastRefusal() > 500*time.Millisecond },
		)
		p.Healthy.Store(true)
		require.Equal(t, importing.Imported{Stored: 40, Done: 40}, <-ended)
		p.Mu.Lock()
		defer p.Mu.Unlock()
		require.LessOrEqual(t, len(p.Refusals), 8, "the others waited")
	})

	t.Run("one that wants to be left alone for long ends it", func(t *testing.T) {
		t.Parallel()
		s := stores.SQLite(t)
		done, err := tryImport(t.Context(), importer(s, classified(&fakes.Provider{Asks: time.Hour})), sheetOf(40))
		require.ErrorIs(t, err, domain.ErrThrottled)
		require.Zero(t, done)
		require.Empty(t, stored(t, s))
	})

	t.Run(
		"one that is out of reach is asked again, and the tickets become fallbacks in the end",
		func(t *testing.T) {
			t.Parallel()
			s := stores.SQLite(t)
			c := &fakes.Scripted{
				Script: []error{
					domain.ErrClassifierUnavailable,
					domain.ErrClassifierUnavailable,
					domain.ErrClassifierUnavailable,
				},
			}
			require.Equal(
				t, importing.Imported{Stored: 1, Fallback: 1}, imports(t, importer(s, classified(c)), sheetOf(1)),
			)
			require.EqualValues(t, 2, c.Calls.Load())
			require.Equal(
				t, []string{"classifier_unavailable", "classifier_unavailable"},
				fakes.Codes(fakes.Record(t, s, stored(t, s)[0].ID())),
			)
		},
	)
}
