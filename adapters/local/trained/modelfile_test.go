package trained_test

import (
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/adapters/local/internal/helpdesk"
	"ticketd/adapters/local/trained"
	"ticketd/adapters/local/training"
	"ticketd/domain"
	"ticketd/ports"
)

// Where the parts of a file's head stand.
const (
	formatAt = 8
	sumAt    = 12
	bodyAt   = sumAt + sha256.Size
)

// resealed puts the right checksum over a body that was changed.
func resealed(data []byte) []byte {
	sum := sha256.Sum256(append(append([]byte(nil), data[:sumAt]...), data[bodyAt:]...))
	copy(data[sumAt:], sum[:])
	return data
}

func smallModel(tb testing.TB) *trained.Model {
	tb.Helper()
	return train(tb, helpdesk.Tickets(tb, 60, helpdesk.Two()[0]))
}

func train(tb testing.TB, tickets []ports.LabelledTicket) *trained.Model {
	tb.Helper()
	m, _, err := training.Train(tb.Context(), tickets, local.New(), training.Options{Folds: 2, Seed: 1})
	require.NoError(tb, err)
	return m
}

func TestFile_RoundTrip(t *testing.T) {
	t.Parallel()
	m := smallModel(t)
	data := m.Encode()
	require.Less(t, len(data), trained.MaxFile)
	path := filepath.Join(t.TempDir(), "model")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	loaded, err := trained.Load(path)
	require.NoError(t, err)
	require.Equal(t, data, loaded.Encode())
	require.Equal(t, m.Hash(), loaded.Hash())
	require.Len(t, m.Hash(), 8)
	before, after := trained.New(m, local.New()), trained.New(loaded, local.New())
	for _, s := range []string{"zorbit quandle", "refund my invoice", "ploover", "???"} {
		text, err := domain.NewText("Hello", s)
		require.NoError(t, err)
		want, err := before.Classify(t.Context(), text)
		require.NoError(t, err)
		got, err := after.Classify(t.Context(), text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestFile_Refused(t *testing.T) {
	t.Parallel()
	whole := smallModel(t).Encode()
	change := func(do func(b []byte)) []byte {
		b := slices.Clone(whole)
		do(b)
		return b
	}
	cases := []struct {
		name string
		want error
		data []byte
	}{
		{"an empty file", trained.ErrForeign, nil},
		{"another kind of file", trained.ErrForeign, []byte("PK\x03\x04 and so on")},
		{"a file that is too large", trained.ErrForeign, slices.Concat(whole, make([]byte, trained.MaxFile))},
		{"a head without a body", trained.ErrDamaged, whole[:20]},
		{"a file cut in half", trained.ErrDamaged, whole[:len(whole)/2]},
		{"a file without its last byte", trained.ErrDamaged, whole[:len(whole)-1]},
		{"a file with a byte too many", trained.ErrDamaged, slices.Concat(whole, []byte{0})},
		{"a flipped bit in the format", trained.ErrDamaged, change(func(b []byte) { b[formatAt] ^= 2 })},
		{"a newer format", trained.ErrNewer, resealed(change(func(b []byte) { b[formatAt]++ }))},
		{"a format that never was", trained.ErrNewer, resealed(change(func(b []byte) { b[formatAt] = 0 }))},
		{"another lexicon", trained.ErrOtherLexicon, resealed(change(func(b []byte) { b[bodyAt+4] ^= 1 }))},
		{"a short body, sealed again", trained.ErrDamaged, resealed(slices.Clone(whole[:len(whole)-4]))},
		{"a long body, sealed again", trained.ErrDamaged, resealed(slices.Concat(whole, []byte("x")))},
		{"a weight that is no number", trained.ErrDamaged, resealed(change(func(b []byte) {
			binary.LittleEndian.PutUint32(b[len(b)-4-8*60-4:], 0x7fc00000) // in front of the 60 fingerprints
		}))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := trained.Decode(c.data)
			require.ErrorIs(t, err, c.want)
		})
	}
	t.Run("any flipped bit", func(t *testing.T) {
		t.Parallel()
		for at := 0; at < len(whole); at += max(1, len(whole)/997) {
			_, err := trained.Decode(change(func(b []byte) { b[at] ^= 1 << (at % 8) }))
			require.Error(t, err, "byte %d", at)
		}
	})
	t.Run("a pipe that nobody writes to is refused at once", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "pipe")
		require.NoError(t, syscall.Mkfifo(path, 0o600))
		_, err := trained.Load(path)
		require.ErrorIs(t, err, trained.ErrForeign)
		require.ErrorContains(t, err, "not a regular file")
	})
	t.Run("a folder is refused", func(t *testing.T) {
		t.Parallel()
		_, err := trained.Load(t.TempDir())
		require.ErrorIs(t, err, trained.ErrForeign)
	})
	t.Run("a file that is too large is refused unread", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "large")
		require.NoError(t, os.WriteFile(path, whole, 0o600))
		require.NoError(t, os.Truncate(path, 1<<40))
		_, err := trained.Load(path)
		require.ErrorIs(t, err, trained.ErrForeign)
		require.ErrorContains(t, err, "larger than 10 MiB")
	})
	t.Run("a file that is not there", func(t *testing.T) {
		t.Parallel()
		_, err := trained.Load(filepath.Join(t.TempDir(), "none"))
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

func FuzzDecode(f *testing.F) {
	whole := smallModel(f).Encode()
	f.Add(whole[bodyAt:])
	f.Add(whole[bodyAt : len(whole)-3])
	f.Add(whole[bodyAt : bodyAt+64])
	f.Add([]byte{})
	text, err := domain.NewText("zorbit", "refund the glitchel")
	if err != nil {
		f.Fatal(err)
	}
	builtIn := local.New()
	f.Fuzz(func(t *testing.T, body []byte) {
		// The checksum is made right, so that the body itself is read.
		m, err := trained.Decode(resealed(append(append([]byte(nil), whole[:bodyAt]...), body...)))
		if err != nil {
			return
		}
		answer, err := trained.New(m, builtIn).Classify(t.Context(), text)
		if err != nil || answer.Verdict.IsZero() {
			t.Fatalf("a model that can be read must classify: %v", err)
		}
	})
}
