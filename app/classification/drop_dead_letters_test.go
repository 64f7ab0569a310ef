package classification_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/app/classification"
	"ticketd/ports"
)

func TestDropDeadLetters(t *testing.T) {
	t.Parallel()
	now := time.Now()
	letters := []ports.DeadLetter{
		{ID: "1-0", TicketID: 1, At: now.Add(-time.Hour)}, {ID: "2-0", At: now.Add(-time.Hour)},
		{ID: "3-0", TicketID: 3, At: now}, {ID: "4-0", At: now},
	}
	for name, c := range map[string]struct {
		unwanted classification.Unwanted
		want     []string
	}{
		"all":                {classification.Unwanted{}, []string{"1-0", "2-0", "3-0", "4-0"}},
		"old ones":           {classification.Unwanted{Before: now}, []string{"1-0", "2-0"}},
		"malformed ones":     {classification.Unwanted{Malformed: true}, []string{"2-0", "4-0"}},
		"old malformed ones": {classification.Unwanted{Before: now, Malformed: true}, []string{"2-0"}},
	} {
		t.Run("finds "+name, func(t *testing.T) {
			t.Parallel()
			found, err := classification.NewDropDeadLetters(&box{letters: letters}).Find(t.Context(), c.unwanted)
			require.NoError(t, err)
			require.Equal(t, c.want, found)
		})
	}

	t.Run("names what is not there, and takes what is named twice once", func(t *testing.T) {
		t.Parallel()
		uc := classification.NewDropDeadLetters(&box{letters: letters})
		found, missing, err := uc.Named(t.Context(), []string{"3-0", "9-9", "3-0"})
		require.NoError(t, err)
		require.Equal(t, []string{"3-0"}, found)
		require.Len(t, missing, 1)
		require.ErrorIs(t, missing[0], ports.ErrNoDeadLetter)
		require.ErrorContains(t, missing[0], "9-9: ")
	})

	t.Run("drops many, and says how many it did before the box broke", func(t *testing.T) {
		t.Parallel()
		ids := make([]string, 1234)
		for i := range ids {
			ids[i] = fmt.Sprintf("%d-0", i+1)
		}
		b := &box{}
		n, err := classification.NewDropDeadLetters(b).Handle(t.Context(), ids)
		require.NoError(t, err)
		require.Equal(t, len(ids), n)
		require.Equal(t, ids, b.Gone)

		broken := &breaking{}
		n, err = classification.NewDropDeadLetters(broken).Handle(t.Context(), ids)
		require.ErrorIs(t, err, errBroken)
		require.Equal(t, len(broken.Gone), n)
		require.NotEmpty(t, broken.Gone)
	})
}

// breaking is a box that breaks after one removal.
type breaking struct{ box }

func (b *breaking) Discard(ctx context.Context, ids ...string) (int, error) {
	if len(b.Gone) > 0 {
		return 0, errors.Join(errBroken)
	}
	return b.box.Discard(ctx, ids...)
}
