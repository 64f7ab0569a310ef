package import_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/stores"
)

// spring is when the tickets of furnish begin to come in.
var spring = time.Date(2026, 3, 14, 12, 0, 0, 123456000, time.UTC)

// furnish stores about n tickets in every state that a ticket can be in, with what a year leaves behind:
// users who left, tickets that were deleted, and those of earlier imports.
func furnish(t *testing.T, s stores.Store, n int) {
	t.Helper()
	var users []domain.UserID
	for i, name := range []string{"Ann", "Böb « ¿qué? » 🎫", "admin ", "李雷", "Gone", "Gone too"} {
		email, at := fmt.Sprintf("Person.%d@Example.com", i), spring.Add(time.Duration(-i)*time.Hour)
		u, err := domain.NewUser(name, email, at)
		require.NoError(t, err)
		u, err = s.AddUser(t.Context(), u)
		require.NoError(t, err)
		users = append(users, u.ID())
	}
	const batch = 500
	for from := 0; from < n; from += batch {
		var list []ports.ImportedTicket
		for i := from; i < from+batch; i++ {
			list = append(list, ports.ImportedTicket{
				Key: fmt.Sprintf("id:%d-ü", i), Twin: fmt.Sprintf("twin:%d", i/2), Ticket: varied(t, i, users),
			})
		}
		stored, err := s.AddImported(t.Context(), []string{"zendesk", "Jira « é »"}[from/batch%2], list)
		require.NoError(t, err)
		change(t, s, stored[:batch/10])
	}
	for i := range 100 { // over HTTP: without a key of an import
		_, err := s.AddTicket(t.Context(), varied(t, i, users), ports.Lease{Time: time.Duration(i%2) * time.Hour})
		require.NoError(t, err)
	}
	last, err := s.AddTicket(t.Context(), varied(t, 0, nil), ports.Lease{})
	require.NoError(t, err)
	require.NoError(t, s.DeleteTicket(t.Context(), last.ID(), nil))
	require.NoError(t, s.DeleteTicket(t.Context(), 17, nil))
	for _, gone := range users[4:] {
		require.NoError(t, s.DeleteUser(t.Context(), gone))
	}
}

// varied returns a ticket that differs from others, in text and in what happened to it.
func varied(t *testing.T, i int, users []domain.UserID) domain.Ticket {
	t.Helper()
	pick := i
	next := func(n int) int { k := pick % n; pick /= n; return k }
	at := spring.Add(time.Duration(i/3) * time.Millisecond) // three at a time have one moment
	var by *domain.UserID
	if k := i % (len(users) + 2); k < len(users) {
		by = &users[k]
	}
	texts := []string{
		"My card was charged twice.", "It crashes.\r\n\tSee \"log\": \\u0000 \\n", "<b>Où est ma facture ?</b>",
		"密码错误，无法登录 🎫🔥", "ß ﬁ İ ı ǅ e\u0301 \u202eabc", "=1+2; @SUM(A1), 'quoted'",
	}
	ticket, err := domain.NewTicket(fmt.Sprintf("Ticket %06d %s", i, texts[i%5]), texts[i%6], by,
		domain.Creators{Requested: by}, at)
	require.NoError(t, err)
	unknown := next(4) == 0
	happens(t, &ticket, next(9), i, unknown)
	switch next(3) {
	case 1:
		ticket.Close(at.Add(time.Hour))
	case 2:
		ticket.Close(at.Add(time.Hour))
		ticket.Reopen(at.Add(2 * time.Hour))
	}
	return ticket
}

func happens(t *testing.T, ticket *domain.Ticket, what, i int, unknown bool) {
	t.Helper()
	sample := domain.ReviewPolicy{Threshold: 0.7, AuditRate: 0.1}.Sample(float64(i%10) / 10)
	at := ticket.CreatedAt().Add(time.Minute)
	failed := domain.Attempt{
		Number: 1, Latency: 3 * time.Second, At: at, Err: domain.ErrBadAnswer,
		Answer: domain.Answer{
			Source: domain.SourceModel, Model: "gpt-4o-mini", PromptVersion: "p1", InputTokens: 321,
		},
	}
	said := func(number int, source domain.Source) domain.Attempt {
		confidence := new(float64(i%17) / 16) // four digits whose sums are exact, in any order
		if unknown {
			confidence = nil
		}
		v, err := domain.NewVerdict(domain.Categories()[i%3], domain.Priorities()[i/3%3], confidence,
			new(float64(i%89)/88), "it says so – « ¿qué? »")
		require.NoError(t, err)
		return domain.Attempt{
			Number: number, Latency: 812345 * time.Microsecond, At: at.Add(time.Duration(number) * time.Second),
			Answer: domain.Answer{
				Verdict: v, Source: source, Model: "model-ü", PromptVersion: "p2", InputTokens: i, OutputTokens: 45,
			},
		}
	}
	switch what {
	case 0: // pending since it came
		ticket.NoteFailure(1, failed)
	case 1:
		ticket.Classify(1, said(1, domain.SourceModel), sample)
	case 2:
		ticket.NoteFailure(1, failed)
		ticket.Classify(1, said(2, domain.SourceLocal), sample)
	case 3:
		ticket.FallBack(1, failed)
	case 4:
		ticket.Classify(1, said(1, domain.SourceModel), sample)
		ticket.Correct(domain.CategoryBilling, domain.Priority{}, "ann's key", at.Add(time.Hour))
		ticket.Classify(1, said(3, domain.SourceModel), sample) // too late
	case 5:
		ticket.Classify(1, said(1, domain.SourceLocal), sample)
		require.NoError(t, ticket.Confirm("", at.Add(time.Hour)))
	case 6:
		ticket.FallBack(1, failed)
		require.NoError(t, ticket.Confirm("böb", at.Add(time.Hour)))
	case 7: // pending again, with old labels
		ticket.Classify(1, said(1, domain.SourceModel), sample)
		ticket.RequestClassification(at.Add(time.Hour))
	case 8:
		ticket.Classify(1, said(1, domain.SourceModel), sample)
		ticket.RequestClassification(at.Add(time.Hour))
		ticket.FallBack(2, failed)
	}
}

// change saves tickets once more, and claims those that are pending.
func change(t *testing.T, s stores.Store, list []domain.Ticket) {
	t.Helper()
	for i, ticket := range list {
		if ticket.AIStatus() == domain.AIStatusPending {
			_, err := s.ClaimTicket(t.Context(), ticket.ID(), ports.Lease{Time: time.Hour})
			require.NoError(t, err)
			continue
		}
		if i%2 == 0 {
			ticket.RequestClassification(ticket.UpdatedAt().Add(time.Hour))
		} else {
			ticket.Correct(domain.CategoryTechnical, domain.PriorityLow, "", ticket.UpdatedAt().Add(time.Hour))
		}
		require.NoError(t, s.SaveTicket(t.Context(), ticket))
	}
}
