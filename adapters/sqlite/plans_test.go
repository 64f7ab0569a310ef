package sqlite_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/domain"
	"ticketd/ports"
)

func TestListsWalkAnIndex(t *testing.T) {
	t.Parallel()
	s := open(t, sqlite.InMemory)
	db := sql.OpenDB(s.Connector())
	t.Cleanup(func() { require.NoError(t, db.Close()) })

	creator := domain.UserID(7)
	deep := &ports.Position{CreatedAt: time.Now(), ID: 5000}
	for _, f := range []ports.TicketFilter{
		{}, {Category: domain.CategoryBilling}, {Priority: domain.PriorityHigh}, {Status: domain.StatusOpen},
		{AIStatus: domain.AIStatusPending}, {CreatedBy: &creator},
		{
			Category: domain.CategoryBilling, Priority: domain.PriorityHigh, Status: domain.StatusOpen,
			AIStatus: domain.AIStatusDone, CreatedBy: &creator,
		},
	} {
		for _, page := range []ports.Page{{Limit: 20}, {Limit: 20, After: deep}, {Limit: 20, Offset: 1000}} {
			plan := explainList(t, db, f, page)
			require.NotRegexp(t, `SCAN tickets($|\n)`, plan)
			if page.Offset == 0 {
				require.NotContains(t, plan, "TEMP B-TREE")
			}
			if page.After != nil {
				require.Regexp(t, `created_at=\? AND id<\?`, plan, "it finds its place among equal times")
			}
		}
	}
}

func explainList(t *testing.T, db *sql.DB, f ports.TicketFilter, p ports.Page) string {
	t.Helper()
	query, args := sqlite.ListQuery(f, p)
	return fmt.Sprintf("%+v %+v:\n", f, p) + explain(t, db, query, args...)
}

func explain(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var line string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &line))
		plan = append(plan, line)
	}
	require.NoError(t, rows.Err())
	return strings.Join(plan, "\n")
}
