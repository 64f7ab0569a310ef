package retry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports/retry"
)

var errFull = errors.New("the disk is full")

func TestOnConflict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []error // the last one for ever
		tries   int
		want    error
	}{
		"what is saved is not saved again": {[]error{nil}, 1, nil},
		"a save that lost races is tried again": {
			[]error{domain.ErrTicketChanged, fmt.Errorf("save: %w", domain.ErrTicketChanged), nil}, 3, nil,
		},
		"another failure is not": {[]error{domain.ErrTicketChanged, errFull}, 2, errFull},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				err := retry.OnConflict(t.Context(), func(context.Context) error {
					tries++
					return c.answers[tries-1]
				})
				require.ErrorIs(t, err, c.want)
				require.Equal(t, c.tries, tries)
			})
		})
	}

	t.Run("one that loses for ever ends", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			err := retry.OnConflict(t.Context(), func(context.Context) error { return domain.ErrTicketChanged })
			require.ErrorIs(t, err, domain.ErrTicketChanged)
			require.Equal(t, 10*time.Second, time.Since(began))
		})
	})
}

func TestWhileUnavailable(t *testing.T) {
	t.Parallel()
	policy := domain.RetryPolicy{MaxAttempts: 4, Base: time.Second, Cap: 10 * time.Second}
	for name, c := range map[string]struct {
		answers []error // the last one for ever
		tries   int
		want    error
	}{
		"a server that is away is waited for": {
			[]error{domain.ErrStoreUnavailable, context.DeadlineExceeded, nil}, 3, nil,
		},
		"as often as the policy allows": {[]error{domain.ErrStoreUnavailable}, 4, domain.ErrStoreUnavailable},
		"another failure is final":      {[]error{errFull}, 1, errFull},
		"and so is a lost race":         {[]error{domain.ErrTicketChanged}, 1, domain.ErrTicketChanged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				err := retry.WhileUnavailable(t.Context(), policy, func(context.Context) error {
					tries++
					return c.answers[min(tries, len(c.answers))-1]
				})
				require.ErrorIs(t, err, c.want)
				require.Equal(t, c.tries, tries)
			})
		})
	}

	t.Run("the end of the context cuts the wait short, and the last failure is returned", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			err := retry.WhileUnavailable(ctx, policy,
				func(context.Context) error { return domain.ErrStoreUnavailable })
			require.ErrorIs(t, err, domain.ErrStoreUnavailable)
		})
	})
}

func TestAnOutageIsToldOnceAtEachEnd(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	outage := retry.NewOutage(slog.New(slog.NewTextHandler(&log, nil)), "broke", "works")
	told := func() string {
		defer log.Reset()
		lines := strings.Count(log.String(), "\n")
		return fmt.Sprint(lines, strings.Contains(log.String(), "broke"), strings.Contains(log.String(), "works"))
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for _, step := range []struct {
		ctx  context.Context
		err  error
		want string
	}{
		{t.Context(), nil, "0 false false"},
		{ended, errFull, "0 false false"},
		{t.Context(), errFull, "1 true false"},
		{t.Context(), errFull, "0 false false"},
		{ended, errFull, "0 false false"},
		{t.Context(), nil, "1 false true"},
		{t.Context(), nil, "0 false false"},
	} {
		outage.Note(step.ctx, step.err)
		require.Equal(t, step.want, told())
	}
}
