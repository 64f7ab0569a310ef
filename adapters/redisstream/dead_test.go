package redisstream_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"ticketd/adapters/redisstream"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/testenv"
)

func TestDeadLetters(t *testing.T) {
	t.Parallel()

	t.Run("a letter comes back as it was buried", func(t *testing.T) {
		t.Parallel()
		box := redisstream.NewDeadLetters(newClient(t, testenv.Redis(t)))
		at := time.Now().UTC()
		buried := []ports.DeadLetter{
			{TicketID: 7, Cause: "classifier_key", Attempts: 3, At: at},
			{Cause: ports.CauseMalformed, At: at, Event: []byte("\x00{\"id\"\xff")},
		}
		for _, l := range buried {
			require.NoError(t, box.Add(t.Context(), l))
		}
		got, err := box.DeadLetters(t.Context(), "", 10)
		require.NoError(t, err)
		require.Len(t, got, 2)
		for i := range buried {
			one, err := box.DeadLetter(t.Context(), got[i].ID)
			require.NoError(t, err)
			require.Equal(t, got[i], one)
			buried[i].ID = got[i].ID
		}
		require.Equal(t, buried, got)
	})

	t.Run("pages join without a gap, oldest first", func(t *testing.T) {
		t.Parallel()
		box := redisstream.NewDeadLetters(newClient(t, testenv.Redis(t)))
		for id := 1; id <= 25; id++ {
			require.NoError(t, box.Add(t.Context(),
				ports.DeadLetter{TicketID: domain.TicketID(id), Cause: "c", At: time.Now()}))
		}
		var ids []domain.TicketID
		after := ""
		for {
			page, err := box.DeadLetters(t.Context(), after, 10)
			require.NoError(t, err)
			if len(page) == 0 {
				break
			}
			for _, l := range page {
				ids = append(ids, l.TicketID)
				after = l.ID
			}
		}
		require.Len(t, ids, 25)
		require.IsIncreasing(t, ids)
	})

	t.Run("a discarded letter is gone, and discarding it again is no error", func(t *testing.T) {
		t.Parallel()
		box := redisstream.NewDeadLetters(newClient(t, testenv.Redis(t)))
		require.NoError(t, box.Add(t.Context(), ports.DeadLetter{TicketID: 1, Cause: "c", At: time.Now()}))
		got, err := box.DeadLetters(t.Context(), "", 10)
		require.NoError(t, err)
		for _, there := range []int{1, 0} {
			n, err := box.Discard(t.Context(), got[0].ID, "1-1")
			require.NoError(t, err)
			require.Equal(t, there, n)
		}
		n, err := box.Discard(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)
		_, err = box.DeadLetter(t.Context(), got[0].ID)
		require.ErrorIs(t, err, ports.ErrNoDeadLetter)
		got, err = box.DeadLetters(t.Context(), "", 10)
		require.NoError(t, err)
		require.Empty(t, got)
	})

	for _, id := range []string{
		"", "-", "+", "1", "nonsense", "1-2-3", "99999999999999999999-1", "(1-1", "1 -1",
	} {
		t.Run(fmt.Sprintf("no letter has the id %q", id), func(t *testing.T) {
			t.Parallel()
			box := redisstream.NewDeadLetters(newClient(t, testenv.Redis(t)))
			require.NoError(t, box.Add(t.Context(), ports.DeadLetter{TicketID: 1, Cause: "c", At: time.Now()}))
			_, err := box.DeadLetter(t.Context(), id)
			require.ErrorIs(t, err, ports.ErrNoDeadLetter)
		})
	}

	t.Run("a foreign entry is a letter without a ticket", func(t *testing.T) {
		t.Parallel()
		url := testenv.Redis(t)
		require.NoError(t, open(t, url).XAdd(t.Context(), &redis.XAddArgs{
			Stream: redisstream.DeadStream, Values: map[string]any{
				"ticket_id": "-7", "attempts": "many", "at": "yesterday", "colour": "blue",
			},
		}).Err())
		got, err := redisstream.NewDeadLetters(newClient(t, url)).DeadLetters(t.Context(), "", 10)
		require.NoError(t, err)
		require.WithinDuration(t, time.Now(), got[0].At, limit, "Redis knows when it came")
		require.Equal(t, []ports.DeadLetter{{ID: got[0].ID, At: got[0].At}}, got)
	})
}
