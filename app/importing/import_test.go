package importing_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/app/importing"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// crm is where the tickets of most tests go.
var crm = importing.Target{Source: "crm"}

// sheet is a file of new tickets in memory.
type sheet struct {
	rows []ports.ImportRow
	err  error // how reading ends
}

func (s sheet) Digest(context.Context) (string, error) {
	digest := sha256.Sum256(fmt.Append(nil, s.rows))
	return hex.EncodeToString(digest[:]), nil
}

func (s sheet) ImportRows(context.Context) iter.Seq2[ports.ImportRow, error] {
	return func(yield func(ports.ImportRow, error) bool) {
		for i, r := range s.rows {
			if r.Line = i + 1; !yield(r, nil) {
				return
			}
		}
		if s.err != nil {
			yield(ports.ImportRow{}, s.err)
		}
	}
}

func sheetOf(n int) sheet {
	var s sheet
	for i := range n {
		s.rows = append(
			s.rows,
			ports.ImportRow{ID: fmt.Sprint(i), Title: fmt.Sprintf("Title %d", i), Description: "Description"},
		)
	}
	return s
}

func importer(s stores.Store, c importing.Labels) *importing.ImportTickets {
	return importerOn(s, s, c)
}

// importerOn stores in tickets, which may fail as no real store does.
func importerOn(s stores.Store, tickets ports.TicketImporter, c importing.Labels) *importing.ImportTickets {
	soon := domain.RetryPolicy{MaxAttempts: 4, Base: time.Millisecond, Cap: time.Millisecond}
	return importing.NewImportTickets(tickets, s, c, soon, fakes.Clock)
}

func unclassified() importing.Labels { return importing.Unclassified(fakes.Clock) }

// imports runs the import to its end and adds up what it tells.
func imports(t *testing.T, uc *importing.ImportTickets, file sheet) importing.Imported {
	t.Helper()
	all, err := tryImport(t.Context(), uc, file)
	require.NoError(t, err)
	return all
}

func tryImport(ctx context.Context, uc *importing.ImportTickets, file sheet) (importing.Imported, error) {
	var all importing.Imported
	digest, err := file.Digest(ctx)
	if err != nil {
		return all, err
	}
	err = uc.Handle(ctx, file, digest, crm, func(d importing.Imported) {
		all.Add(d)
	})
	return all, err
}

// findings is what a check told.
type findings struct{ bad, changed, fresh []string }

func check(t *testing.T, uc *importing.ImportTickets, file sheet) (importing.Plan, findings) {
	t.Helper()
	var f findings
	plan, err := uc.Check(t.Context(), file, crm, importing.Watch{
		Bad:     func(p *importing.RowError) { f.bad = append(f.bad, p.Error()) },
		Changed: func(p *importing.RowError) { f.changed = append(f.changed, p.Error()) },
		Fresh:   func(row importing.Fresh) { f.fresh = append(f.fresh, row.Text.Title()) },
	})
	require.NoError(t, err)
	digest, err := file.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, digest, plan.Digest)
	plan.Digest = ""
	return plan, f
}

func stored(t *testing.T, s stores.Store) []domain.Ticket {
	t.Helper()
	var all []domain.Ticket
	require.NoError(
		t,
		app.NewExportTickets(s).
			Handle(t.Context(), ports.TicketFilter{}, ports.Period{}, func(k domain.Ticket) error {
				all = append(all, k)
				return nil
			}),
	)
	slices.Reverse(all)
	return all
}

func TestImportIsSafeToRepeat(t *testing.T) {
	t.Parallel()
	t.Run(
		"rows with an id are told by it, and one that has other words now is left alone, but not in silence",
		func(t *testing.T) {
			t.Parallel()
			s := stores.SQLite(t)
			uc := importer(s, unclassified())
			require.Equal(t, importing.Imported{Stored: 600, Fallback: 600}, imports(t, uc, sheetOf(600)))
			again := sheetOf(602)
			again.rows[0].Title, again.rows[599].Description = "Another title", "Another description"
			plan, found := check(t, uc, again)
			require.Equal(t, importing.Plan{Fresh: 2, Known: 600, Changed: 2}, plan)
			require.Equal(t, []string{"Title 600", "Title 601"}, found.fresh)
			require.Equal(t, []string{
				`line 1: the id "0" was imported before with other words, as ticket 1`,
				`line 600: the id "599" was imported before with other words, as ticket 600`,
			}, found.changed)
			require.Equal(t, importing.Imported{Stored: 2, Fallback: 2, Known: 600, Changed: 2}, imports(t, uc, again))
			all := stored(t, s)
			require.Len(t, all, 602)
			require.Equal(t, "Title 0", all[0].Text().Title())
		},
	)

	t.Run("rows without an id are told by the content of their file", func(t *testing.T) {
		t.Parallel()
		s := stores.SQLite(t)
		file := sheetOf(4)
		for i := range file.rows {
			file.rows[i].ID, file.rows[i].Title = "", []string{"same", "same", "other", "same"}[i]
		}
		uc := importer(s, unclassified())
		require.Equal(t, 4, imports(t, uc, file).Stored)
		require.Equal(t, importing.Imported{Known: 4}, imports(t, uc, file))
		nextWeek := sheet{rows: slices.Clone(file.rows)}
		nextWeek.rows[2].Title = "new"
		require.Equal(t, 4, imports(t, uc, nextWeek).Stored, "another file may have the same complaint")
	})

	t.Run("one with characters that are stored as others is known", func(t *testing.T) {
		t.Parallel()
		file := sheetOf(1)
		file.rows[0].Title, file.rows[0].Description = "Refund\u2028please", "Thanks\v\x1b[0m\u0085Ann"
		s := stores.SQLite(t)
		uc := importer(s, unclassified())
		require.Equal(t, 1, imports(t, uc, file).Stored)
		require.Equal(t, importing.Imported{Known: 1}, imports(t, uc, file), "with the words that it had")
		text := stored(t, s)[0].Text()
		require.Equal(t, "Refund\nplease", text.Title())
		require.Equal(t, "Thanks\n [0m\nAnn", text.Description())
	})

	t.Run("an id is told without what nobody sees around it", func(t *testing.T) {
		t.Parallel()
		file := sheetOf(2)
		file.rows[0].ID, file.rows[1].ID = "\tA-1", "B\u20281"
		s := stores.SQLite(t)
		uc := importer(s, unclassified())
		require.Equal(t, 2, imports(t, uc, file).Stored)
		file.rows[0].ID, file.rows[1].ID = "A-1", "B\n1"
		require.Equal(t, importing.Imported{Known: 2}, imports(t, uc, file))
	})

	t.Run("one that was cut off goes on where it was", func(t *testing.T) {
		t.Parallel()
		s := stores.SQLite(t)
		cut := sheetOf(700)
		cut.err = errors.New("the disk is gone")
		done, err := tryImport(t.Context(), importer(s, unclassified()), cut)
		require.ErrorIs(t, err, cut.err)
		require.Equal(t, 500, done.Stored, "whole batches")
		require.Equal(
			t, importing.Imported{Stored: 200, Fallback: 200, Known: 500},
			imports(t, importer(s, unclassified()), sheetOf(700)),
		)
		require.Len(t, stored(t, s), 700)
	})
}

func TestImportFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	nobody := domain.UserID(77)
	file := sheetOf(7)
	file.rows[1].Bad = errors.New("is no JSON object")
	file.rows[2].Title, file.rows[2].Description = " ", ""
	file.rows[3].ID = "0"
	file.rows[4].ID = "with\x00break"
	file.rows[5].CreatedBy = &nobody
	uc := importer(s, unclassified())
	plan, found := check(t, uc, file)
	require.Equal(t, importing.Plan{Fresh: 2, Bad: 5}, plan)
	require.Equal(t, []string{
		"line 2: is no JSON object",
		"line 3: title must not be blank; description must have between 1 and 20000 characters",
		`line 4: the id "0" stands in line 1 already`,
		"line 5: the id must have at most 255 characters, in UTF-8 and without NUL",
		"line 6: createdBy names a user who does not exist",
	}, found.bad)
	require.Empty(t, stored(t, s), "checking stores nothing")
	require.Equal(t, importing.Imported{Stored: 2, Fallback: 2, Bad: 5}, imports(t, uc, file))
}

func TestImportObeysTheRuleOfCreators(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	add := func(name string) domain.UserID {
		u, err := domain.NewUser(name, name+"@example.com", time.Now())
		require.NoError(t, err)
		u, err = s.AddUser(t.Context(), u)
		require.NoError(t, err)
		return u.ID()
	}
	ann, nobody := add("Ann"), domain.UserID(77)
	file := sheetOf(2)
	file.rows[1].CreatedBy = &ann
	imports(t, importer(s, unclassified()), file)
	all := stored(t, s)
	require.Nil(t, all[0].Creator())
	require.Equal(t, ann, *all[1].Creator())

	admin := add(domain.AdminName)
	file = sheetOf(4)
	file.rows[2].CreatedBy, file.rows[3].CreatedBy = &ann, &nobody
	require.Equal(t, 2, imports(t, importer(s, unclassified()), file).Stored)
	for _, ticket := range stored(t, s)[2:] {
		require.Equal(t, admin, *ticket.Creator(), "with an admin it does not matter whom a row names")
	}
}
