package httpapi_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
)

func TestUsers(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))

		t.Run("a new one is answered as sent, with their location", func(t *testing.T) {
			t.Parallel()
			res, err := a.CreateUserWithResponse(t.Context(),
				client.NewUser{Name: " Zoë 🎫 ", Email: "Zoe.Doe+x@Example.COM"})
			require.NoError(t, err)
			require.NotNil(t, res.JSON201, "%s", res.Body)
			require.Equal(t, fmt.Sprintf("/users/%d", res.JSON201.Id), res.Headers201.Location)
			require.Equal(t, " Zoë 🎫 ", res.JSON201.Name)
			require.Equal(t, "Zoe.Doe+x@Example.COM", res.JSON201.Email)
			require.JSONEq(t, string(res.Body), a.get(t, res.Headers201.Location).body)
		})

		for first, second := range map[string]string{
			"same@example.com":   "same@example.com",
			"case@example.com":   "CASE@Example.Com",
			"straße@example.com": "STRAẞE@example.com",
			"σίσυφος@example.gr": "ΣΊΣΥΦΟΣ@example.gr",
			"kelvin@example.com": "\u212aelvin@example.com",
		} {
			t.Run("whoever has "+first+" keeps others from "+second, func(t *testing.T) {
				t.Parallel()
				a.newUser(t, "first", first)
				res, err := a.CreateUserWithResponse(t.Context(), client.NewUser{Name: "second", Email: second})
				require.NoError(t, err)
				require.NotNil(t, res.ApplicationproblemJSON409, "%s", res.Body)
				require.Equal(t, "email_taken", res.ApplicationproblemJSON409.Code)
			})
		}

		t.Run("a deleted one is gone, and their address is free", func(t *testing.T) {
			t.Parallel()
			bob := a.newUser(t, "Bob", "bob@example.com")
			first, err := a.DeleteUserWithResponse(t.Context(), bob.Id)
			require.NoError(t, err)
			require.Equal(t, http.StatusNoContent, first.StatusCode())
			again, err := a.DeleteUserWithResponse(t.Context(), bob.Id)
			require.NoError(t, err)
			require.Equal(t, "user_not_found", again.ApplicationproblemJSON404.Code)
			require.Equal(t, http.StatusNotFound, a.get(t, fmt.Sprintf("/users/%d", bob.Id)).StatusCode)
			require.Greater(t, a.newUser(t, "Bob", "BOB@example.com").Id, bob.Id, "an id is never used again")
		})
	})
}
