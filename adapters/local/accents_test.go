package local_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"ticketd/adapters/local"
	"ticketd/domain"
)

func TestAccentsThatWereSentApartChangeNothing(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"Kündigung", "Die Gebühr wurde doppelt abgebucht, bitte um Rückerstattung."},
		{"Réservation annulée", "Remboursement du prélèvement, s'il vous plaît."},
	} {
		composed, err := domain.NewText(c[0], c[1])
		require.NoError(t, err)
		apart, err := domain.NewText(norm.NFD.String(c[0]), norm.NFD.String(c[1]))
		require.NoError(t, err)
		require.NotEqual(t, composed, apart)
		want, err := local.New().Classify(t.Context(), composed)
		require.NoError(t, err)
		got, err := local.New().Classify(t.Context(), apart)
		require.NoError(t, err)
		require.Equal(t, want.Verdict, got.Verdict)
	}
}
