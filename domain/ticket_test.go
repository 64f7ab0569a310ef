package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456789, time.FixedZone("CET", 3600))

func newTicket(t *testing.T) domain.Ticket {
	t.Helper()
	tk, err := domain.NewTicket("Charged twice", "My card was charged twice.", nil, domain.Creators{}, noon)
	require.NoError(t, err)
	return tk.Stored(1)
}

func fieldsOf(t *testing.T, err error) map[string]string {
	t.Helper()
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, domain.KindInvalid, e.Kind)
	fields := map[string]string{}
	for _, f := range e.Fields {
		fields[f.Field] = f.Message
	}
	return fields
}

func TestNewTicket(t *testing.T) {
	t.Parallel()

	t.Run("starts open and pending, in UTC, to the microsecond", func(t *testing.T) {
		t.Parallel()
		s := newTicket(t).Snapshot()
		require.Equal(t, domain.StatusOpen, s.Status)
		require.Equal(t, domain.AIStatusPending, s.AIStatus)
		require.True(t, s.Category.IsZero() && s.Priority.IsZero() && s.ClassifiedBy.IsZero())
		require.Nil(t, s.AIConfidence)
		require.Equal(t, "2026-11-23T11:00:00.123456Z", s.CreatedAt.Format(time.RFC3339Nano))
		require.EqualValues(t, 1, s.Round)
		require.EqualValues(t, 1, s.Version)
	})

	t.Run("keeps the text as sent", func(t *testing.T) {
		t.Parallel()
		title, description := "  Ünïcode 🎫\t", "line\r\nline\n\u200bend  "
		tk, err := domain.NewTicket(title, description, nil, domain.Creators{}, noon)
		require.NoError(t, err)
		require.Equal(t, title, tk.Text().Title())
		require.Equal(t, description, tk.Text().Description())
	})

	t.Run("names all broken fields at once", func(t *testing.T) {
		t.Parallel()
		zero := domain.UserID(0)
		_, err := domain.NewTicket("", "a\x00b", &zero, domain.Creators{}, noon)
		require.Equal(t, map[string]string{
			"title":       "must have between 1 and 200 characters",
			"description": "must not contain NUL (U+0000)",
			"createdBy":   "must be a positive whole number",
		}, fieldsOf(t, err))
	})
}

func TestAdminCreatorRule(t *testing.T) {
	t.Parallel()
	id := func(n domain.UserID) *domain.UserID { return &n }
	for name, c := range map[string]struct {
		requested *domain.UserID
		known     domain.Creators
		want      *domain.UserID
		broken    string
	}{
		"the admin owns a ticket that names nobody": {nil, domain.Creators{Admin: id(7)}, id(7), ""},
		"the admin owns a ticket that names another": {
			id(3), domain.Creators{Admin: id(7), Requested: id(3)}, id(7), "",
		},
		"the admin owns a ticket that names an unknown user": {id(99), domain.Creators{Admin: id(7)}, id(7), ""},
		"without admin the named user owns it":               {id(3), domain.Creators{Requested: id(3)}, id(3), ""},
		"without admin and name nobody owns it":              {nil, domain.Creators{}, nil, ""},
		"without admin an unknown user is invalid": {
			id(99), domain.Creators{}, nil, "names a user who does not exist",
		},
		"a negative number is invalid even with an admin": {
			id(-1), domain.Creators{Admin: id(7)}, nil, "must be a positive whole number",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tk, err := domain.NewTicket("t", "d", c.requested, c.known, noon)
			if c.broken != "" {
				require.Equal(t, map[string]string{"createdBy": c.broken}, fieldsOf(t, err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, tk.Creator())
		})
	}

	t.Run("it can be applied again before a ticket is stored, and what was decided stays", func(t *testing.T) {
		t.Parallel()
		tk, err := domain.NewTicket("t", "d", id(3), domain.Creators{Requested: id(3)}, noon)
		require.NoError(t, err)
		require.True(t, tk.FallBack(1, domain.Attempt{Err: domain.ErrNotClassified, At: noon}))
		owned, err := tk.WithCreator(id(3), domain.Creators{Admin: id(7)})
		require.NoError(t, err)
		require.Equal(t, id(7), owned.Creator())
		require.Equal(t, domain.AIStatusFallback, owned.AIStatus())
		require.Equal(t, tk.NewEntries(), owned.NewEntries())
		_, err = tk.WithCreator(id(3), domain.Creators{})
		require.Equal(t, map[string]string{"createdBy": "names a user who does not exist"}, fieldsOf(t, err))
	})
}

func TestUser(t *testing.T) {
	t.Parallel()

	t.Run("names all broken fields at once", func(t *testing.T) {
		t.Parallel()
		_, err := domain.NewUser(" ", "nobody", noon)
		require.Equal(t, map[string]string{
			"name": "must not be blank", "email": "must be one bare e-mail address such as ann@example.com",
		}, fieldsOf(t, err))
	})

	t.Run("two addresses that differ in case only have one key", func(t *testing.T) {
		t.Parallel()
		a, err := domain.NewUser("Ann", "Ann.Straße@Example.COM", noon)
		require.NoError(t, err)
		b, err := domain.NewUser("Ann", "ann.straße@example.com", noon)
		require.NoError(t, err)
		require.Equal(t, a.EmailKey(), b.EmailKey())
		require.Equal(t, "Ann.Straße@Example.COM", a.Email())
	})

	for name, email := range map[string]string{
		"a display name":      "Ann <ann@example.com>",
		"angle brackets":      "<ann@example.com>",
		"two addresses":       "a@example.com, b@example.com",
		"a comment":           "ann@example.com (Ann)",
		"a blank around":      " ann@example.com",
		"a line break":        "ann@example.com\r\nBcc: b@example.com",
		"no domain":           "ann@",
		"no local part":       "@example.com",
		"a NUL":               "ann\x00@example.com",
		"bad UTF-8":           "ann\xff@example.com",
		"nothing":             "",
		"too long an address": strings.Repeat("a", 64) + "@" + strings.Repeat("b", 187) + ".de",
	} {
		t.Run("an address with "+name+" is refused", func(t *testing.T) {
			t.Parallel()
			require.NotEmpty(t, domain.CheckEmail(email))
		})
	}

	for _, email := range []string{
		"ann@example.com", "ann+tag@sub.example.co.uk", "o'neil@example.com", "用户@例子.广告", "a@b",
	} {
		t.Run("the address "+email+" is fine", func(t *testing.T) {
			t.Parallel()
			require.Empty(t, domain.CheckEmail(email))
		})
	}
}
