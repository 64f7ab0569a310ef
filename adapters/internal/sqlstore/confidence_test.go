package sqlstore_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/sqlstore"
)

// The previous version of the program does not write the mark, so the mark outlives its verdict.
func TestAMarkCountsBesideAMachinesNoughtOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by, aiStatus string
		stored       *float64
		want         *float64
	}{
		"a model's 0":         {"model", "done", new(0.0), nil},
		"the offline one's 0": {"local", "done", new(0.0), nil},
		"while it waits":      {"model", "pending", new(0.0), nil},
		"a later verdict's":   {"model", "done", new(0.5), new(0.5)},
		"a later fallback's":  {"fallback", "fallback", new(0.0), new(0.0)},
		"a person's labels":   {"human", "done", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := sqlstore.TicketRow{
				ID: 1, Title: "t", Description: "d", Status: "open", AIStatus: c.aiStatus, Round: 1, Version: 1,
				Category: new("general"), Priority: new("medium"), AIConfidence: c.stored, ClassifiedBy: &c.by,
				Unknown: true,
			}
			ticket, err := row.Ticket()
			require.NoError(t, err)
			require.Equal(t, c.want, ticket.AIConfidence())
			entry := sqlstore.EntryRow{
				Source: &c.by, Category: row.Category, Priority: row.Priority, Confidence: c.stored, Unknown: true,
			}
			said, err := entry.Classification()
			require.NoError(t, err)
			require.Equal(t, c.want, said.Confidence)
			row.Unknown = false
			ticket, err = row.Ticket()
			require.NoError(t, err)
			require.Equal(t, c.stored, ticket.AIConfidence(), "without the mark the figure is what it says")
		})
	}
}
