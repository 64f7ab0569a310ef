package httpapi_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
)

func TestClassifyAgain(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("heals a fallback", func(t *testing.T) {
			t.Parallel()
			a, away := withSwitch(t, open(t))
			away.Store(true)
			made := a.newTicket(t, "billing", nil)
			require.Equal(t, client.AIStatusFallback, made.AiStatus)
			away.Store(false)
			res, err := a.ClassifyTicketWithResponse(t.Context(), made.Id)
			require.NoError(t, err)
			require.NotNil(t, res.JSON200, "%s", res.Body)
			require.Equal(t, client.AIStatusDone, res.JSON200.AiStatus)
			require.Equal(t, client.CategoryBilling, res.JSON200.Category.MustGet())
		})

		t.Run("keeps the verdict where the classifier fails", func(t *testing.T) {
			t.Parallel()
			a, away := withSwitch(t, open(t))
			made := a.newTicket(t, "billing", nil)
			away.Store(true)
			res, err := a.ClassifyTicketWithResponse(t.Context(), made.Id)
			require.NoError(t, err)
			require.True(t, res.JSON200.UpdatedAt.After(made.UpdatedAt), "it was pending meanwhile")
			require.Greater(t, res.JSON200.Version, made.Version)
			res.JSON200.UpdatedAt, res.JSON200.Version = made.UpdatedAt, made.Version
			require.Equal(t, made, *res.JSON200)
		})

		t.Run("is 202 and pending in queue mode, as often as it is asked", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), func(s *setup) { s.queued = true })
			made := a.newTicket(t, "billing", nil)
			require.Equal(t, client.AIStatusPending, made.AiStatus)
			for range 2 {
				res, err := a.ClassifyTicketWithResponse(t.Context(), made.Id)
				require.NoError(t, err)
				require.Equal(t, http.StatusAccepted, res.StatusCode(), "%s", res.Body)
				require.Equal(t, made, *res.JSON202)
			}
		})
	})
}

// withSwitch serves the API with a classifier that fails while the switch is on.
func withSwitch(t *testing.T, s store) (*api, *atomic.Bool) {
	t.Helper()
	away := &atomic.Bool{}
	return serve(t, s, func(s *setup) {
		s.classifier = domain.ClassifierFunc(func(ctx context.Context, text domain.Text) (domain.Answer, error) {
			if away.Load() {
				return domain.Answer{}, domain.ErrClassifierKey
			}
			return byWord(ctx, text)
		})
	}), away
}
