package httpapi_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
)

// reviewing serves with a classifier whose confidence is in the title ("unknown": none), and that fails while
// away is true.
func reviewing(t *testing.T, s store, p domain.ReviewPolicy) (*api, *atomic.Bool) {
	t.Helper()
	away := &atomic.Bool{}
	return serve(t, s, func(cfg *setup) {
		cfg.review = p
		cfg.classifier = domain.ClassifierFunc(func(_ context.Context, text domain.Text) (domain.Answer, error) {
			sure := new(0.0)
			if text.Title() == "unknown" {
				sure = nil
			} else if _, err := fmt.Sscanf(text.Title(), "%f", sure); err != nil {
				return domain.Answer{}, domain.ErrClassifierKey
			}
			if away.Load() {
				return domain.Answer{}, domain.ErrClassifierKey
			}
			v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, sure, new(0.01), "")
			return domain.Answer{Verdict: v, Source: domain.SourceLocal}, err
		})
	}), away
}

// toReview returns the titles of the tickets that need review, oldest first. It compares the three forms of
// the filter.
func (a *api) toReview(t *testing.T) string {
	t.Helper()
	titles := func(query string) []string {
		res := a.get(t, "/tickets?limit=100"+query)
		var list []string
		for _, k := range read[client.TicketPage](t, res.body).Data {
			list = append([]string{k.Title}, list...)
		}
		return list
	}
	yes, no := titles("&needs_review=true"), titles("&needs_review=false")
	require.ElementsMatch(t, titles(""), append(append([]string(nil), yes...), no...))
	return strings.Join(yes, ", ")
}

func TestNeedsReview(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		at := domain.ReviewPolicy{Threshold: 0.7}

		t.Run("lists fallbacks and verdicts below the threshold, and not those at it", func(t *testing.T) {
			t.Parallel()
			a, _ := reviewing(t, open(t), at)
			for _, title := range []string{"0", "0.6999", "0.7", "0.70001", "1", "fail"} {
				a.newTicket(t, title, nil)
			}
			require.Equal(t, "0, 0.6999, fail", a.toReview(t))
		})

		t.Run("lists only fallbacks and unknown confidences with a threshold of 0", func(t *testing.T) {
			t.Parallel()
			a, _ := reviewing(t, open(t), domain.ReviewPolicy{})
			for _, title := range []string{"0", "0.5", "unknown", "fail"} {
				a.newTicket(t, title, nil)
			}
			require.Equal(t, "unknown, fail", a.toReview(t))
		})

		t.Run("lists every verdict where all of them are audited", func(t *testing.T) {
			t.Parallel()
			a, _ := reviewing(t, open(t), domain.ReviewPolicy{AuditRate: 1})
			for _, title := range []string{"0.5", "1", "fail"} {
				a.newTicket(t, title, nil)
			}
			require.Equal(t, "0.5, 1, fail", a.toReview(t))
			require.True(t, a.edited(t, 2, `{"confirmed":true}`).Audit)
			require.False(t, a.edited(t, 3, `{"status":"closed"}`).Audit, "a fallback is no verdict to draw")
			require.Equal(t, "0.5, fail", a.toReview(t))
		})

		t.Run("forgets a corrected or confirmed ticket, not a closed or reopened one", func(t *testing.T) {
			t.Parallel()
			a, _ := reviewing(t, open(t), at)
			for _, title := range []string{"0.1", "0.2", "0.3", "fail", "failed"} {
				a.newTicket(t, title, nil)
			}
			a.edited(t, 1, `{"status":"closed"}`)
			a.edited(t, 2, `{"priority":"low"}`)
			a.edited(t, 3, `{"confirmed":true,"status":"closed"}`)
			a.edited(t, 4, `{"confirmed":true}`)
			require.Equal(t, "0.1, failed", a.toReview(t))
			a.edited(t, 1, `{"status":"open"}`)
			a.edited(t, 5, `{"category":"billing"}`)
			require.Equal(t, "0.1", a.toReview(t))
			require.Equal(t, []int64{1}, a.page(t, "/tickets?needs_review=true&category=billing&status=open").ids())
			require.Empty(t, a.page(t, "/tickets?needs_review=true&category=technical").Data)
			require.Equal(t, 1, read[client.TicketPage](t,
				a.get(t, "/tickets?needs_review=true&include_total=true").body).Pagination.Total.MustGet())
		})

		t.Run("judges a new classification anew", func(t *testing.T) {
			t.Parallel()
			a, away := reviewing(t, open(t), at)
			for _, title := range []string{"0.1", "0.9", "0.2"} {
				a.newTicket(t, title, nil)
			}
			a.edited(t, 1, `{"confirmed":true}`)
			a.edited(t, 2, `{"category":"general"}`)
			a.edited(t, 3, `{"category":"general"}`)
			classify := func(id int64) {
				_, err := a.ClassifyTicketWithResponse(t.Context(), id)
				require.NoError(t, err)
			}
			for id := int64(1); id <= 2; id++ {
				classify(id)
			}
			require.Equal(t, "0.1", a.toReview(t))
			away.Store(true)
			classify(3)
			require.Equal(t, "0.1", a.toReview(t), "a person's labels, which a failure leaves, need no review")
		})

		t.Run("leaves out a ticket before its first verdict, not one that waits for another", func(t *testing.T) {
			t.Parallel()
			s := open(t)
			a, _ := reviewing(t, s, domain.ReviewPolicy{Threshold: 1, AuditRate: 1})
			queued := serve(t, s, func(cfg *setup) { cfg.queued = true })
			queued.newTicket(t, "waits", nil)
			again := a.newTicket(t, "0.1", nil)
			require.Equal(t, "0.1", a.toReview(t))
			_, err := queued.ClassifyTicketWithResponse(t.Context(), again.Id)
			require.NoError(t, err)
			require.Equal(t, "0.1", a.toReview(t))
		})
	})
}

func TestNeedsReviewThatIsRefused(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))
		for _, value := range []string{"1", "TRUE", "yes", "", "null", "true%20", "true&needs_review=true"} {
			h := query("/tickets?needs_review="+value, "needs_review")
			h.check(t, a.do(t, h.request(t, a)))
		}
	})
}
