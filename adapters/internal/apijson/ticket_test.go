package apijson_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/oapi-codegen/nullable"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"ticketd/adapters/httpapi/gen"
	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
)

// generated is the ticket as the type that is generated from the contract has it.
func generated(s domain.TicketSnapshot) gen.Ticket {
	return gen.Ticket{
		Id: int64(s.ID), Title: s.Title, Description: s.Description,
		Status: gen.Status(s.Status.String()), AiStatus: gen.AIStatus(s.AIStatus.String()),
		Category: orNull(gen.Category(s.Category.String())), Priority: orNull(gen.Priority(s.Priority.String())),
		AiConfidence: orNil(s.AIConfidence), ClassifiedBy: orNull(gen.Source(s.ClassifiedBy.String())),
		NeedsReview: s.NeedsReview, Audit: s.Audit, Review: orNull(s.Review.String()),
		CreatedBy: orNil((*int64)(s.CreatedBy)), CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt, Version: s.Version,
	}
}

func orNull[T ~string](s T) nullable.Nullable[T] {
	if s == "" {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(s)
}

func orNil[T any](v *T) nullable.Nullable[T] {
	if v == nil {
		return nullable.NewNullNullable[T]()
	}
	return nullable.NewNullableWithValue(*v)
}

// tickets are in any state.
func tickets() *rapid.Generator[domain.Ticket] {
	ids := rapid.Int64Min(1)
	creators := rapid.Map(ids, func(id int64) domain.UserID { return domain.UserID(id) })
	return rapid.Custom(func(t *rapid.T) domain.Ticket {
		s := domain.TicketSnapshot{
			ID:          domain.TicketID(ids.Draw(t, "id")),
			Round:       1,
			Version:     rapid.Int64Min(1).Draw(t, "version"),
			Title:       rapid.String().Draw(t, "title"),
			Description: rapid.String().Draw(t, "description"),
			Status:      rapid.SampledFrom(domain.Statuses()).Draw(t, "status"),
			AIStatus:    domain.AIStatusPending,
			CreatedAt:   time.UnixMicro(rapid.Int64Range(0, 253_402_300_799_999_999-1<<43).Draw(t, "micros")).UTC(),
			CreatedBy:   rapid.Ptr(creators, true).Draw(t, "creator"),
		}
		s.UpdatedAt = s.CreatedAt.Add(time.Duration(rapid.Int64Range(0, 1<<43).Draw(t, "later")) * time.Microsecond)
		s.NeedsReview = rapid.Bool().Draw(t, "needs review")
		s.Audit = rapid.Bool().Draw(t, "audit")
		s.Review = rapid.SampledFrom(append(domain.Reviews(), domain.Review{})).Draw(t, "review")
		if rapid.Bool().Draw(t, "decided") {
			confidence := rapid.Float64Range(0, 1).Draw(t, "confidence")
			s.AIStatus, s.AIConfidence, s.ClassifiedBy = domain.AIStatusDone, &confidence, domain.SourceModel
			s.Category = rapid.SampledFrom(domain.Categories()).Draw(t, "category")
			s.Priority = rapid.SampledFrom(domain.Priorities()).Draw(t, "priority")
			if rapid.Bool().Draw(t, "by a person") {
				s.ClassifiedBy, s.AIConfidence = domain.SourceHuman, nil
			}
		}
		ticket, err := domain.RestoreTicket(s)
		require.NoError(t, err)
		return ticket
	})
}

// Each member is that of the contract, none is missing or more. Texts may be escaped differently, and times
// have all their digits.
func TestTheMembersAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ticket := tickets().Draw(t, "ticket")
		written := apijson.AppendTicket(nil, ticket)
		var got gen.Ticket
		d := json.NewDecoder(bytes.NewReader(written))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&got), "%s", written)
		require.Equal(t, generated(ticket.Snapshot()), got, "%s", written)
	})
}

// The order is for people who read an answer: what it is, what it says, what was made of it.
func TestTheMembersComeInTheOrderOfTheContract(t *testing.T) {
	t.Parallel()
	ticket, err := domain.RestoreTicket(domain.TicketSnapshot{
		ID:           7,
		Title:        "t",
		Description:  "<b>\"\n",
		Status:       domain.StatusOpen,
		AIStatus:     domain.AIStatusDone,
		Round:        1,
		Version:      3,
		Category:     domain.CategoryBilling,
		Priority:     domain.PriorityLow,
		AIConfidence: new(0.965),
		ClassifiedBy: domain.SourceModel,
		NeedsReview:  true,
		Audit:        true,
		CreatedAt:    time.UnixMicro(0),
		UpdatedAt:    time.UnixMicro(1_000_000),
	})
	require.NoError(t, err)
	written := apijson.AppendTicket(nil, ticket)
	require.Equal(
		t,
		`{"id":7,"title":"t","description":"<b>\"\n","status":"open","category":"billing","priority":"low",`+
			`"ai_status":"done","ai_confidence":0.965,"classified_by":"model","needs_review":true,`+
			`"audit":true,"review":null,`+
			`"created_by":null,"created_at":"1970-01-01T00:00:00.000000Z",`+
			`"updated_at":"1970-01-01T00:00:01.000000Z","version":3}`,
		string(written),
	)
}
