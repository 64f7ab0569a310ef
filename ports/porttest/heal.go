package porttest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func healCases() []storeCase {
	return []storeCase{
		{"fallbacks that the provider caused are claimed for another round, the newest first", healOrder},
		{"what is no such fallback stays as it is", healNothingElse},
		{"a fallback is healed a few times only, and once in each recovery", healBounds},
		{"parallel healers never share a fallback", healParallel},
	}
}

// fallen stores a ticket that came in at the given moment and fell back because of err; the call began a
// second later.
func fallen(t *testing.T, s Stores, at time.Time, err error) domain.Ticket {
	t.Helper()
	return fall(t, s, add(t, s, at), at.Add(time.Second), err)
}

func fall(t *testing.T, s Stores, ticket domain.Ticket, at time.Time, err error) domain.Ticket {
	t.Helper()
	call := failed(t, 1)
	require.True(t, ticket.FallBack(ticket.Round(),
		domain.Attempt{Number: 1, Answer: domain.Answer{Source: call.Source, Model: call.Model}, Err: err, At: at}))
	return save(t, s, ticket)
}

func heal(t *testing.T, s Stores, limit int, before time.Time) []ports.Claim {
	t.Helper()
	some, err := s.AnyHealable(t.Context(), before)
	require.NoError(t, err)
	claims, err := s.ClaimHealable(t.Context(), limit, ports.Lease{Time: long}, before)
	require.NoError(t, err)
	require.Equal(t, some, len(claims) > 0)
	return claims
}

func healOrder(t *testing.T, s Stores) {
	now := time.Now()
	var want []domain.TicketID
	for i, code := range domain.ProviderFaults() {
		cause := &domain.Error{Kind: domain.KindUnavailable, Code: code}
		want = append([]domain.TicketID{
			fallen(t, s, now.Add(time.Duration(i-10)*time.Minute), cause).ID(),
		}, want...)
	}
	first := heal(t, s, 2, now)
	require.Equal(t, want[:2], claimed(first))
	got := read(t, s, want[0])
	require.Equal(t, got.Snapshot(), first[0].Ticket.Snapshot())
	require.Equal(t, domain.AIStatusPending, got.AIStatus())
	require.Equal(t, domain.Round(2), got.Round())
	require.True(t, got.UpdatedAt().After(got.CreatedAt().Add(time.Second)), "people see a change")
	require.Equal(t, domain.FallbackCategory, got.Category(), "the labels stay until the answer comes")
	require.Equal(t, 1, first[0].Attempt)
	require.Empty(t, claimDue(t, s, 10, long), "they are claimed")
	require.Equal(t, want[2:], claimed(heal(t, s, 10, now)))
	require.Empty(t, heal(t, s, 10, now))
}

func healNothingElse(t *testing.T, s Stores) {
	now := time.Now()
	fallen(t, s, now.Add(-time.Minute), domain.ErrBadAnswer)
	fallen(t, s, now.Add(-ports.HealWithin-time.Minute), domain.ErrClassifierUnavailable)
	later := fallen(t, s, now.Add(-time.Minute), domain.ErrClassifierUnavailable)
	corrected := fallen(t, s, now.Add(-time.Minute), domain.ErrClassifierUnavailable)
	corrected.Correct(domain.CategoryBilling, domain.Priority{}, "", now)
	save(t, s, corrected)
	confirmed := fallen(t, s, now.Add(-time.Minute), domain.ErrClassifierUnavailable)
	require.NoError(t, confirmed.Confirm("", now))
	save(t, s, confirmed)
	asked := fallen(t, s, now.Add(-time.Minute), domain.ErrClassifierUnavailable)
	require.True(t, asked.RequestClassification(noon))
	save(t, s, asked)
	add(t, s, now)
	require.Empty(t, heal(t, s, 10, later.CreatedAt()), "its call began after that")
	require.Equal(t, []domain.TicketID{later.ID()}, claimed(heal(t, s, 10, now)))
}

func healBounds(t *testing.T, s Stores) {
	now := time.Now()
	ticket := fallen(t, s, now.Add(-5*time.Hour), domain.ErrClassifierTimeout)
	for round := range ports.HealRounds {
		recovered := now.Add(time.Duration(round-4) * time.Hour)
		claims := heal(t, s, 10, recovered)
		require.Equal(t, []domain.TicketID{ticket.ID()}, claimed(claims))
		ticket = fall(t, s, claims[0].Ticket, recovered.Add(time.Second), domain.ErrClassifierTimeout)
		require.Empty(t, heal(t, s, 10, recovered), "once in a recovery")
	}
	require.Empty(t, heal(t, s, 10, now))

	flapping := fallen(t, s, now.Add(-time.Minute), domain.ErrClassifierTimeout)
	claims := heal(t, s, 10, now)
	fall(t, s, claims[0].Ticket, now.Add(-time.Second), domain.ErrClassifierTimeout)
	require.Empty(t, heal(t, s, 10, now), "a further round waits: %d", flapping.ID())
}

func healParallel(t *testing.T, s Stores) {
	now := time.Now()
	const n = 40
	for range n {
		fallen(t, s, now.Add(-time.Minute), domain.ErrThrottled)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[domain.TicketID]int{}
	for range 8 {
		wg.Go(func() {
			for {
				claims, err := s.ClaimHealable(t.Context(), 3, ports.Lease{Time: long}, now)
				if err != nil {
					t.Error(err)
					return
				}
				if len(claims) == 0 {
					return
				}
				mu.Lock()
				for _, c := range claims {
					seen[c.Ticket.ID()]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for id, times := range seen {
		require.Equal(t, 1, times, id)
	}
	left := heal(t, s, n, now) // a healer skips rows that another one has locked
	require.Len(t, seen, n-len(left))
}
