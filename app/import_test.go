package app_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/sqlite"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// sheet is a file of new tickets in memory.
type sheet struct {
	name string
	rows []ports.ImportRow
	err  error // how reading ends
}

func (s sheet) Name() string { return s.name }

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
	s := sheet{name: "old.csv"}
	for i := range n {
		s.rows = append(s.rows, ports.ImportRow{ID: fmt.Sprint(i), Title: fmt.Sprintf("Title %d", i), Description: "Description"})
	}
	return s
}

func importer(s *sqlite.Store, c app.ImportClassifier) *app.ImportTickets {
	return app.NewImportTickets(s, s, c, clock)
}

func unclassified() app.ImportClassifier {
	return app.NewImportUnclassified(domain.ReviewPolicy{Threshold: 0.7, AuditRate: 1}, clock)
}

// imports runs the import to its end and adds up what it tells.
func imports(t *testing.T, uc *app.ImportTickets, file sheet) app.Imported {
	t.Helper()
	all, err := tryImport(t.Context(), uc, file)
	require.NoError(t, err)
	return all
}

func tryImport(ctx context.Context, uc *app.ImportTickets, file sheet) (app.Imported, error) {
	var all app.Imported
	err := uc.Handle(ctx, file, "crm", func(d app.Imported) {
		all.Stored += d.Stored
		all.Done += d.Done
		all.Fallback += d.Fallback
		all.Known += d.Known
		all.Bad += d.Bad
	})
	return all, err
}

func problems(t *testing.T, uc *app.ImportTickets, file sheet) (good int, found []string) {
	t.Helper()
	good, err := uc.Check(t.Context(), file, func(p *app.ImportError) { found = append(found, p.Error()) })
	require.NoError(t, err)
	return good, found
}

func stored(t *testing.T, s *sqlite.Store) []domain.Ticket {
	t.Helper()
	var all []domain.Ticket
	require.NoError(t, app.NewExportTickets(s).Handle(t.Context(), ports.TicketFilter{}, ports.Period{}, func(k domain.Ticket) error {
		all = append(all, k)
		return nil
	}))
	slices.Reverse(all)
	return all
}

func TestImportIsSafeToRepeat(t *testing.T) {
	t.Parallel()
	t.Run("rows with an id are told by it, whatever the file is called and says now", func(t *testing.T) {
		t.Parallel()
		s := newStore(t)
		require.Equal(t, app.Imported{Stored: 600, Fallback: 600}, imports(t, importer(s, unclassified()), sheetOf(600)))
		again := sheetOf(601)
		again.name, again.rows[0].Title = "new.jsonl", "Another title"
		require.Equal(t, app.Imported{Stored: 1, Fallback: 1, Known: 600}, imports(t, importer(s, unclassified()), again))
		all := stored(t, s)
		require.Len(t, all, 601)
		require.Equal(t, "Title 0", all[0].Text().Title())
	})

	t.Run("rows without an id are told by the file, their words and how often they came before", func(t *testing.T) {
		t.Parallel()
		s := newStore(t)
		file := sheetOf(4)
		for i := range file.rows {
			file.rows[i].ID, file.rows[i].Title = "", []string{"same", "same", "other", "same"}[i]
		}
		uc := importer(s, unclassified())
		require.Equal(t, 4, imports(t, uc, file).Stored)
		require.Equal(t, app.Imported{Known: 4}, imports(t, uc, file))
		file.name = "next week.csv"
		require.Equal(t, 4, imports(t, uc, file).Stored, "another file may have the same complaint")
	})

	t.Run("one that was cut off goes on where it was", func(t *testing.T) {
		t.Parallel()
		s := newStore(t)
		cut := sheetOf(700)
		cut.err = errors.New("the disk is gone")
		done, err := tryImport(t.Context(), importer(s, unclassified()), cut)
		require.ErrorIs(t, err, cut.err)
		require.Equal(t, 500, done.Stored, "whole batches")
		require.Equal(t, app.Imported{Stored: 200, Fallback: 200, Known: 500}, imports(t, importer(s, unclassified()), sheetOf(700)))
		require.Len(t, stored(t, s), 700)
	})
}

func TestImportFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	nobody := domain.UserID(77)
	file := sheetOf(7)
	file.rows[1].Bad = errors.New("is no JSON object")
	file.rows[2].Title, file.rows[2].Description = " ", ""
	file.rows[3].ID = "0"
	file.rows[4].ID = "with\nbreak"
	file.rows[5].CreatedBy = &nobody
	uc := importer(s, unclassified())
	good, found := problems(t, uc, file)
	require.Equal(t, 2, good)
	require.Equal(t, []string{
		"line 2: is no JSON object",
		"line 3: title must not be blank; description must have between 1 and 20000 characters",
		`line 4: the id "0" stands in line 1 already`,
		"line 5: the id must have at most 255 characters and no control characters",
		"line 6: createdBy names a user who does not exist",
	}, found)
	require.Empty(t, stored(t, s), "checking stores nothing")
	require.Equal(t, app.Imported{Stored: 2, Fallback: 2, Bad: 5}, imports(t, uc, file))
}

func TestImportObeysTheRuleOfCreators(t *testing.T) {
	t.Parallel()
	s := newStore(t)
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

// vanishing deletes a user when his tickets are about to be stored.
type vanishing struct {
	app.ImportClassifier
	delete func()
}

func (v vanishing) Before(ctx context.Context, batch []ports.ImportedTicket) error {
	v.delete()
	return v.ImportClassifier.Before(ctx, batch)
}

func TestACreatorWhoIsDeletedDuringAnImport(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	u, err := domain.NewUser("Ann", "ann@example.com", time.Now())
	require.NoError(t, err)
	u, err = s.AddUser(t.Context(), u)
	require.NoError(t, err)
	id := u.ID()
	file := sheetOf(3)
	file.rows[1].CreatedBy = &id
	gone := false
	uc := importer(s, vanishing{unclassified(), func() {
		if !gone {
			require.NoError(t, s.DeleteUser(t.Context(), id))
		}
		gone = true
	}})
	require.Equal(t, app.Imported{Stored: 2, Fallback: 2, Bad: 1}, imports(t, uc, file))
}
