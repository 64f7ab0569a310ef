package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func TestALockedTicketHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	tickets := make([]domain.Ticket, several)
	for i := range tickets {
		tickets[i] = addTicket(t, s)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `SELECT FROM tickets WHERE id = $1 FOR UPDATE`, tickets[0].ID())
	require.NoError(t, err)

	locked := make(chan error, 3)
	for range cap(locked) {
		go func() { locked <- s.SaveTicket(t.Context(), tickets[0]) }()
	}
	errs := atOnce(several, func(i int) error {
		if i == 0 {
			return nil
		}
		return s.SaveTicket(t.Context(), tickets[i])
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Empty(t, locked, "these wait for the lock")
	require.NoError(t, tx.Rollback())
	saved := 0
	for range cap(locked) {
		if err := <-locked; err == nil {
			saved++
		} else {
			require.ErrorIs(t, err, domain.ErrTicketChanged)
		}
	}
	require.Equal(t, 1, saved)
}

func TestACreatorWhoIsBeingDeletedHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	var users []domain.UserID
	for _, name := range []string{"leaves", "stays"} {
		u, err := domain.NewUser(name, name+"@example.com", time.Now())
		require.NoError(t, err)
		u, err = s.AddUser(t.Context(), u)
		require.NoError(t, err)
		users = append(users, u.ID())
	}
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), `DELETE FROM users WHERE id = $1`, users[0])
	require.NoError(t, err)

	add := func(creator domain.UserID) error {
		ticket, err := domain.NewTicket(
			"Title",
			"Description",
			&creator,
			domain.Creators{Requested: &creator},
			time.Now(),
		)
		if err == nil {
			_, err = s.AddTicket(t.Context(), ticket, ports.Lease{})
		}
		return err
	}
	gone := make(chan error, 3)
	for range cap(gone) {
		go func() { gone <- add(users[0]) }()
	}
	for _, err := range atOnce(several, func(int) error { return add(users[1]) }) {
		require.NoError(t, err)
	}
	require.Empty(t, gone, "these wait for the end of the deletion")
	require.NoError(t, tx.Commit())
	for range cap(gone) {
		require.ErrorIs(t, <-gone, domain.ErrCreatorGone)
	}
}

func TestAHeldKeyHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	s, db := migrated(t)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(
		t.Context(),
		`INSERT INTO idempotency_keys (scope, key, fingerprint, ticket_id) VALUES ('', 'held', '', $1)`,
		addTicket(t, s).ID(),
	)
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	addOnce := func(key string) error {
		_, err := s.AddTicketOnce(ctx, plainTicket(t), ports.Lease{}, ports.IdempotencyKey{Key: key})
		return err
	}
	held := make(chan error, 3)
	for range cap(held) {
		go func() { held <- addOnce("held") }()
	}
	someWait(t, db)
	errs := atOnce(several, func(i int) error {
		if i%2 == 0 {
			return addOnce(fmt.Sprint("free ", i))
		}
		_, err := s.AddTicket(ctx, plainTicket(t), ports.Lease{})
		return err
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Empty(t, held, "these wait for their key")
	require.NoError(t, tx.Commit())
	for range cap(held) {
		require.ErrorIs(t, <-held, ports.ErrKeyTaken)
	}
}
