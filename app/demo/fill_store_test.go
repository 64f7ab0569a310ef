package demo_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/app/demo"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

var (
	until  = fakes.Clock.Now()
	policy = domain.ReviewPolicy{Threshold: 0.7, AuditRate: 0.12}
)

// filled returns all tickets of a store that was filled, the newest first, and their records.
func filled(t *testing.T, s stores.Store, until time.Time) (
	all []domain.Ticket, records [][]domain.Classification,
) {
	t.Helper()
	n, err := demo.NewFillStore(s, local.New(), policy).Handle(t.Context(), until)
	require.NoError(t, err)
	page, err := s.ListTickets(t.Context(), ports.TicketFilter{}, ports.Page{Limit: 1000})
	require.NoError(t, err)
	require.Len(t, page.Items, n)
	for _, ticket := range page.Items {
		record, err := s.ListClassifications(t.Context(), ticket.ID(), ports.Page{Limit: 100})
		require.NoError(t, err)
		records = append(records, record.Items)
	}
	return page.Items, records
}

func TestFillStore(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	all, records := filled(t, s, until)

	t.Run("stores 500 different tickets of the last days, in the order of their ids", func(t *testing.T) {
		t.Parallel()
		require.Len(t, all, 500)
		known := map[string]bool{}
		for i, ticket := range all {
			require.EqualValues(t, len(all)-i, ticket.ID())
			require.False(t, ticket.UpdatedAt().After(until))
			require.True(t, ticket.CreatedAt().After(until.Add(-demo.Days*24*time.Hour)))
			for _, text := range []string{ticket.Text().Title(), ticket.Text().Description()} {
				require.False(t, known[text], text)
				known[text] = true
			}
		}
		require.WithinDuration(t, until, all[0].CreatedAt(), time.Hour)
	})

	t.Run("has short and long texts, emoji and scripts from right to left", func(t *testing.T) {
		t.Parallel()
		has := func(what string, f func(text string) bool) {
			t.Helper()
			require.True(t, slices.ContainsFunc(all, func(ticket domain.Ticket) bool {
				return f(ticket.Text().Description())
			}), what)
		}
		within := func(tables ...*unicode.RangeTable) func(string) bool {
			return func(text string) bool {
				return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsOneOf(tables, r) })
			}
		}
		has("from right to left", within(unicode.Arabic, unicode.Hebrew))
		has("emoji", within(unicode.So))
		has("short", func(text string) bool { return utf8.RuneCountInString(text) < 30 })
		has("long", func(text string) bool { return utf8.RuneCountInString(text) > 1000 })
		has("paragraphs", func(text string) bool { return strings.Contains(text, "\n\n") })
	})

	t.Run("the same moment makes the same tickets and records", func(t *testing.T) {
		t.Parallel()
		again, recordsAgain := filled(t, stores.SQLite(t), until)
		require.Equal(t, all, again)
		require.Equal(t, records, recordsAgain)
	})

	t.Run("another moment changes nothing but times", func(t *testing.T) {
		t.Parallel()
		later := 1000*time.Hour + 3*time.Second
		others, _ := filled(t, stores.SQLite(t), until.Add(later))
		for i := range all {
			was, is := all[i].Snapshot(), others[i].Snapshot()
			require.Equal(t, later, is.CreatedAt.Sub(was.CreatedAt))
			require.Equal(t, later, is.UpdatedAt.Sub(was.UpdatedAt))
			was.CreatedAt, was.UpdatedAt, was.ClosedAt = is.CreatedAt, is.UpdatedAt, is.ClosedAt
			require.Equal(t, was, is)
		}
	})

	t.Run("has something of everything that may become of a ticket", func(t *testing.T) {
		t.Parallel()
		is := map[string]int{}
		for i, ticket := range all {
			s := ticket.Snapshot()
			is[s.Status.String()]++
			is[s.AIStatus.String()]++
			is[s.Category.String()]++
			is[s.Priority.String()]++
			is[s.Review.String()]++
			if s.CreatedBy != nil {
				is["created by somebody"]++
			}
			switch {
			case !s.NeedsReview:
			case s.AIStatus == domain.AIStatusFallback:
				is["to review: fallback"]++
			case s.Audit:
				is["to review: audit"]++
			default:
				is["to review: unsure"]++
			}
			for _, entry := range records[i] {
				is["by "+entry.By]++
				is["error "+entry.ErrorCode]++
			}
			if ticket.Round() > 1 && s.AIStatus == domain.AIStatusDone {
				is["classified again"]++
			}
		}
		for _, what := range []string{
			"open", "closed", "done", "fallback", "billing", "technical", "general", "low", "medium", "high",
			"corrected", "confirmed", "created by somebody", "classified again", "by mara", "by jonas", "by ines",
			"to review: fallback", "to review: audit", "to review: unsure", "error classifier_timeout",
		} {
			require.Positive(t, is[what], "%s: %v", what, is)
		}
		require.Zero(t, is["pending"], "nobody would end it")
		require.Greater(t, is["to review: unsure"], 10, "a queue is worth a look: %v", is)
	})

	t.Run("leaves the events of each ticket's life in their order", func(t *testing.T) {
		t.Parallel()
		i := slices.IndexFunc(all, func(ticket domain.Ticket) bool {
			return ticket.Review() == domain.ReviewCorrected && ticket.Status() == domain.StatusClosed
		})
		events, err := s.EventsOf(t.Context(), all[i].ID(), ports.EventPosition{}, 100)
		require.NoError(t, err)
		var types []domain.EventType
		for _, e := range events.Events {
			types = append(types, e.Type)
		}
		require.Subset(t, types, []domain.EventType{
			domain.EventCreated, domain.EventClassified, domain.EventCorrected, domain.EventClosed,
		})
	})
}
