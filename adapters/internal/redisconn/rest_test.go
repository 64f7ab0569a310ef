package redisconn_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/redisconn"
)

func TestRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, failed := &redisconn.Rest{Failures: 2, Time: time.Second}, errors.New("away")
		r.Note(failed)
		r.Note(nil)
		r.Note(failed)
		require.True(t, r.Over(), "two failures in a row are too many, not two")
		r.Note(failed)
		require.True(t, r.Failing())
		require.False(t, r.Over())
		time.Sleep(time.Second)
		require.True(t, r.Over(), "one tries")
		require.False(t, r.Over(), "and only one")
		r.Note(failed)
		require.False(t, r.Over())
		time.Sleep(time.Second)
		require.True(t, r.Over())
		r.Note(nil)
		require.False(t, r.Failing())
		require.True(t, r.Over())
		require.True(t, r.Over())
	})
}
