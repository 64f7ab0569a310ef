package app_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/ports"
)

// rows is a source of tickets; an error stands for a wrong row.
type rows []any

func (r rows) LabelledTickets(context.Context) iter.Seq2[ports.LabelledTicket, error] {
	return func(yield func(ports.LabelledTicket, error) bool) {
		for _, row := range r {
			err, wrong := row.(error)
			t := ports.LabelledTicket{}
			if !wrong {
				t.ID = row.(string)
			}
			if !yield(t, err) {
				return
			}
		}
	}
}

func numbered(n int) rows {
	var all rows
	for i := range n {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

func read(t *testing.T, r rows, limit int) (ids []string, n int) {
	t.Helper()
	tickets, n, err := app.ReadLabelled(t.Context(), r, limit)
	require.NoError(t, err)
	for _, ticket := range tickets {
		ids = append(ids, ticket.ID)
	}
	return ids, n
}

func TestReadLabelled(t *testing.T) {
	t.Parallel()
	t.Run("takes all without a limit", func(t *testing.T) {
		t.Parallel()
		ids, n := read(t, numbered(25), 0)
		require.Len(t, ids, 25)
		require.Equal(t, 25, n)
	})
	t.Run("spreads what it keeps evenly over the source, whatever its length", func(t *testing.T) {
		t.Parallel()
		for _, c := range []struct{ length, most int }{
			{3, 4}, {4, 4}, {7, 4}, {8, 4}, {9, 4}, {1000, 7}, {999, 100},
		} {
			ids, n := read(t, numbered(c.length), c.most)
			require.Equal(t, c.length, n)
			require.Len(t, ids, min(c.length, c.most))
			last := -1
			for i, id := range ids {
				var place int
				_, err := fmt.Sscan(id, &place)
				require.NoError(t, err)
				require.Greater(t, place, last)
				require.InDelta(t, float64(i)*float64(c.length)/float64(len(ids)), place,
					2*float64(c.length)/float64(len(ids)))
				last = place
			}
		}
	})
	t.Run("makes ids different that stand twice, also from those that are called so", func(t *testing.T) {
		t.Parallel()
		ids, _ := read(t, rows{"1", "1", "1 (2)", "1", "1 (2)", "1 (4)", "1"}, 0)
		seen := map[string]bool{}
		for _, id := range ids {
			require.False(t, seen[id], ids)
			seen[id] = true
		}
		require.Equal(t, "1", ids[0])
		require.Equal(t, "1 (2)", ids[2], "the first of its name keeps it")
	})
	t.Run("names all wrong rows, up to ten", func(t *testing.T) {
		t.Parallel()
		_, _, err := app.ReadLabelled(t.Context(), rows{"1", errors.New("row 2"), "3", errors.New("row 4")}, 0)
		require.EqualError(t, err, "row 2\nrow 4")
		var many rows
		for i := range 30 {
			many = append(many, fmt.Errorf("row %d", i))
		}
		_, _, err = app.ReadLabelled(t.Context(), many, 0)
		require.ErrorContains(t, err, "row 9\nand perhaps more")
		require.NotContains(t, err.Error(), "row 10")
	})
	t.Run("an empty source is no error of its own", func(t *testing.T) {
		t.Parallel()
		ids, n := read(t, nil, 5)
		require.Empty(t, ids)
		require.Zero(t, n)
	})
}
