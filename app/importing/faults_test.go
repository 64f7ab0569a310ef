package importing_test

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/importing"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

// paid is a classifier that counts its calls.
func paid(t *testing.T, calls *atomic.Int32) domain.Classifier {
	t.Helper()
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.6), new(0.5), "")
	require.NoError(t, err)
	return domain.ClassifierFunc(func(context.Context, domain.Text) (domain.Answer, error) {
		calls.Add(1)
		return domain.Answer{Verdict: v, Source: domain.SourceModel, Model: "m"}, nil
	})
}

// vanishing deletes a user when their tickets are about to be stored.
type vanishing struct {
	stores.Store
	delete func()
}

func (v vanishing) AddImported(
	ctx context.Context, source string, batch []ports.ImportedTicket,
) ([]domain.Ticket, error) {
	v.delete()
	return v.Store.AddImported(ctx, source, batch)
}

func TestACreatorWhoIsDeletedDuringAnImport(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	addUser := func(name string) domain.UserID {
		u, err := domain.NewUser(name, name+"@example.com", time.Now())
		require.NoError(t, err)
		u, err = s.AddUser(t.Context(), u)
		require.NoError(t, err)
		return u.ID()
	}
	ann, bob := addUser("Ann"), addUser("Bob")
	file := sheetOf(4)
	file.rows[1].CreatedBy, file.rows[3].CreatedBy = &ann, &bob
	gone := false
	store := vanishing{s, func() {
		if !gone {
			require.NoError(t, s.DeleteUser(t.Context(), ann))
		}
		gone = true
	}}
	var calls atomic.Int32
	uc := importerOn(s, store, classified(paid(t, &calls)))
	require.Equal(t, importing.Imported{Stored: 3, Done: 3, Bad: 1}, imports(t, uc, file))
	require.EqualValues(t, 4, calls.Load(), "nothing is paid for twice")
	all := stored(t, s)
	require.Equal(t, bob, *all[2].Creator())
	for _, ticket := range all {
		require.Equal(t, []string{""}, fakes.Codes(fakes.Record(t, s, ticket.ID())))
	}
}

// shaky is a store that is away for a while.
type shaky struct {
	stores.Store
	away *int // how many calls fail from now on
}

func (s shaky) AddImported(
	ctx context.Context, source string, batch []ports.ImportedTicket,
) ([]domain.Ticket, error) {
	if *s.away--; *s.away >= 0 {
		return nil, domain.ErrStoreUnavailable.With(errors.New("connection refused"))
	}
	return s.Store.AddImported(ctx, source, batch)
}

func TestAStoreThatIsAwayDuringAnImport(t *testing.T) {
	t.Parallel()
	t.Run("is waited for, since the verdicts are paid", func(t *testing.T) {
		t.Parallel()
		s, away := stores.SQLite(t), 3
		var calls atomic.Int32
		uc := importerOn(s, shaky{s, &away}, classified(paid(t, &calls)))
		require.Equal(t, importing.Imported{Stored: 5, Done: 5}, imports(t, uc, sheetOf(5)))
		require.EqualValues(t, 5, calls.Load())
	})
	t.Run("is given up in the end", func(t *testing.T) {
		t.Parallel()
		s, away := stores.SQLite(t), 4
		_, err := tryImport(t.Context(), importerOn(s, shaky{s, &away}, unclassified()), sheetOf(5))
		require.ErrorIs(t, err, domain.ErrStoreUnavailable)
		require.Zero(t, away, "each try was made")
		require.Empty(t, stored(t, s))
	})
}

func TestAnInterruptedImport(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	ctx, cancel := context.WithCancel(t.Context())
	var calls atomic.Int32
	v, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityHigh, new(0.6), new(0.5), "")
	require.NoError(t, err)
	classifier := domain.ClassifierFunc(func(ctx context.Context, _ domain.Text) (domain.Answer, error) {
		switch n := calls.Add(1); {
		case n <= 5:
			return domain.Answer{Verdict: v, Source: domain.SourceModel, Model: "m"}, nil
		case n == 6:
			cancel()
		}
		<-ctx.Done()
		return domain.Answer{}, ctx.Err()
	})
	done, err := tryImport(ctx, importer(s, classified(classifier)), sheetOf(40))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(
		t, importing.Imported{Stored: 5, Done: 5}, done,
		"what was paid is kept, and nothing is stored as a false fallback",
	)
	require.Len(t, stored(t, s), 5)
	require.Equal(
		t, importing.Imported{Stored: 35, Fallback: 35, Known: 5},
		imports(t, importer(s, unclassified()), sheetOf(40)),
	)
}

// edited is a file that somebody writes to while it is read.
type edited struct {
	sheet
	read *bool
}

func (e edited) ImportRows(ctx context.Context) iter.Seq2[ports.ImportRow, error] {
	*e.read = true
	return e.sheet.ImportRows(ctx)
}

func (e edited) Digest(ctx context.Context) (string, error) {
	if *e.read {
		return "another", nil
	}
	return e.sheet.Digest(ctx)
}

func TestAFileThatChanges(t *testing.T) {
	t.Parallel()
	t.Run("during the import is reported at the end", func(t *testing.T) {
		t.Parallel()
		s, read, file := stores.SQLite(t), false, sheetOf(3)
		digest, err := file.Digest(t.Context())
		require.NoError(t, err)
		err = importer(
			s,
			unclassified(),
		).Handle(t.Context(), edited{file, &read}, digest, crm, func(importing.Imported) {})
		require.ErrorIs(t, err, importing.ErrFileChanged)
		require.Len(t, stored(t, s), 3)
	})
	t.Run("after it was checked is not imported at all", func(t *testing.T) {
		t.Parallel()
		s := stores.SQLite(t)
		uc, changed := importer(s, unclassified()), sheetOf(4)
		plan, err := uc.Check(t.Context(), sheetOf(3), crm, importing.Watch{})
		require.NoError(t, err)
		err = uc.Handle(
			t.Context(), changed, plan.Digest, crm, func(importing.Imported) { t.Error("a batch was imported") },
		)
		require.ErrorIs(t, err, importing.ErrFileChanged)
		require.Empty(t, stored(t, s))
	})
}
