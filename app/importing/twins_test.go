package importing_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app/importing"
	"ticketd/tests/support/stores"
)

// nameless are n rows without an id, of which the last two say the same.
func nameless(n int) sheet {
	file := sheetOf(n)
	for i := range file.rows {
		file.rows[i].ID = ""
	}
	file.rows[n-1].Title = file.rows[n-2].Title
	return file
}

func TestRowsThatLookLikeTicketsOfAnEarlierImport(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second sheet
		to            importing.Target
		twins, others int
	}{
		"the same file with another source": {
			sheetOf(3), sheetOf(3), importing.Target{Source: "b"}, 3, 0,
		},
		"a file without ids that grew":                {nameless(3), grown(nameless(3)), crm, 3, 1},
		"a file with ids that grew":                   {sheetOf(3), grown(sheetOf(3)), crm, 0, 1},
		"the same words under another id":             {sheetOf(1), renamed(sheetOf(1)), crm, 0, 1},
		"a file that says once more what another did": {nameless(2), nameless(3), crm, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stores.SQLite(t)
			uc := importer(s, unclassified())
			imports(t, uc, c.first)
			var lines []int
			plan, err := uc.Check(t.Context(), c.second, c.to, importing.Watch{
				Twin: func(e *importing.RowError) { lines = append(lines, e.Line) },
			})
			require.NoError(t, err)
			require.Equal(t, c.twins, plan.Twins)
			require.Len(t, lines, c.twins)
			require.Equal(t, c.twins+c.others, plan.Fresh)

			skipped := c.to
			skipped.SkipTwins = true
			plan, err = uc.Check(t.Context(), c.second, skipped, importing.Watch{})
			require.NoError(t, err)
			require.Equal(t, c.others, plan.Fresh)
			require.Zero(t, plan.Twins)
			var done importing.Imported
			require.NoError(t, uc.Handle(t.Context(), c.second, plan.Digest, skipped, done.Add))
			require.Equal(t, c.others, done.Stored)
			done = importing.Imported{}
			require.NoError(t, uc.Handle(t.Context(), c.second, plan.Digest, c.to, done.Add))
			require.Equal(t, c.twins, done.Stored, "the others are there")
		})
	}

	t.Run("within one file do not", func(t *testing.T) {
		t.Parallel()
		s := stores.SQLite(t)
		uc := importer(s, unclassified())
		require.Equal(t, 600, imports(t, uc, nameless(600)).Stored)
		plan, err := uc.Check(t.Context(), nameless(600), crm, importing.Watch{})
		require.NoError(t, err)
		require.Equal(t, 600, plan.Known)
		require.Zero(t, plan.Twins)
	})
}

// grown has a row more at its start.
func grown(s sheet) sheet {
	more := sheetOf(100).rows[99]
	if s.rows[0].ID == "" {
		more.ID = ""
	}
	return sheet{rows: slices.Insert(slices.Clone(s.rows), 0, more)}
}

func renamed(s sheet) sheet {
	s.rows[0].ID = "another"
	return s
}
