package porttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func reviewCases() []storeCase {
	return []storeCase{
		{"a person's correction is there and back, with its record", correctionThereAndBack},
		{"the marks of a review are there and back", reviewThereAndBack},
	}
}

func correctionThereAndBack(t *testing.T, s Stores) {
	id := addLeased(t, s, newTicket(t), 0).ID()
	ticket := read(t, s, id)
	ticket.Correct(domain.CategoryTechnical, domain.Priority{}, "", noon)
	save(t, s, ticket)
	got := read(t, s, id)
	require.Equal(t, domain.ReviewCorrected, got.Review())
	require.Equal(t, domain.SourceHuman, got.ClassifiedBy())
	require.Equal(t, domain.CategoryTechnical, got.Category())
	require.Equal(t, domain.FallbackPriority, got.Priority())
	require.Nil(t, got.AIConfidence())
	record, err := s.ListClassifications(t.Context(), id, ports.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, record.Items, 1)
	require.Equal(t, domain.SourceHuman, record.Items[0].Source)
	require.Nil(t, record.Items[0].Confidence)
}

func reviewThereAndBack(t *testing.T, s Stores) {
	id := addLeased(t, s, newTicket(t), 0).ID()
	ticket := read(t, s, id)
	require.True(
		t,
		ticket.Classify(ticket.Round(), answer(t, 1), domain.ReviewPolicy{Threshold: 0.7, AuditRate: 1}.Sample(0)),
	)
	save(t, s, ticket)
	got := read(t, s, id)
	require.True(t, got.NeedsReview())
	require.True(t, got.Snapshot().Audit)
	require.NoError(t, got.Confirm("", noon))
	save(t, s, got)
	got = read(t, s, id)
	require.False(t, got.NeedsReview())
	require.Equal(t, domain.ReviewConfirmed, got.Review())
}
