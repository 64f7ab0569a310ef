package trained_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local/internal/helpdesk"
	"ticketd/adapters/local/trained"
	"ticketd/domain"
)

func TestFingerprints(t *testing.T) {
	t.Parallel()
	f := trained.NewFingerprints([]domain.Text{
		text(t, "Résumé", "The café's bill: 12.50 €!"), text(t, "Where is my", "Where is my parcel?"),
		text(t, "?", "!!"),
	})
	require.True(t, f.Known())
	for _, c := range []struct {
		title, description string
		has                bool
	}{
		{"Résumé", "The café's bill: 12.50 €!", true},
		{"RESUME", "the  cafes bill\n12.50", true}, // case, accents, blanks and punctuation aside
		{"Re\u0301sume\u0301", "The cafe\u0301's bill: 12.50 €!", true},
		{"Résumé", "The café's bill: 12.51 €!", false},
		{"Other", "The café's bill: 12.50 €!", false},
		{"Where is my…", "Where is my parcel?", true}, // a title that a program made
		{"Parcel", "Where is my parcel?", false},
		{"?", "!!", false}, // without a letter nobody can tell
		{"!", "?", false},
	} {
		require.Equal(t, c.has, f.Has(text(t, c.title, c.description)), "%+v", c)
	}
	require.False(t, trained.Fingerprints{}.Known())
}

func TestFile_Fingerprints(t *testing.T) {
	t.Parallel()
	tickets := helpdesk.Tickets(t, 60, helpdesk.Two()[0])
	data := train(t, tickets).Encode()
	m, err := trained.Decode(data)
	require.NoError(t, err)
	require.True(t, m.TrainedWith().Known())
	for _, ticket := range tickets {
		require.True(t, m.TrainedWith().Has(ticket.Text))
		require.NotContains(t, string(data), ticket.Text.Description())
	}
	require.False(t, m.TrainedWith().Has(text(t, "Hello", "Is anybody there?")))

	t.Run("a file of format 1 has none, and stays as it is", func(t *testing.T) {
		t.Parallel()
		old := slices.Clone(data[:len(data)-4-8*len(tickets)])
		binary.LittleEndian.PutUint32(old[formatAt:], 1)
		old = resealed(old)
		m, err := trained.Decode(old)
		require.NoError(t, err)
		require.False(t, m.TrainedWith().Known())
		require.False(t, m.TrainedWith().Has(tickets[0].Text))
		require.Equal(t, old, m.Encode())
	})
	t.Run("hashes out of order and more than there are are refused", func(t *testing.T) {
		t.Parallel()
		twice := slices.Clone(data)
		copy(twice[len(twice)-8:], twice[len(twice)-16:len(twice)-8])
		_, err := trained.Decode(resealed(twice))
		require.ErrorIs(t, err, trained.ErrDamaged)
		many := slices.Clone(data)
		binary.LittleEndian.PutUint32(many[len(many)-4-8*len(tickets):], 1<<31)
		_, err = trained.Decode(resealed(many))
		require.ErrorIs(t, err, trained.ErrDamaged)
	})
}
