package app_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/app"
	"ticketd/domain"
	"ticketd/tests/support/fakes"
	"ticketd/tests/support/stores"
)

func TestARepetitionThatAsksForAnythingElseIsRefused(t *testing.T) {
	t.Parallel()
	s := stores.SQLite(t)
	user, err := domain.NewUser("Ann", "ann@example.com", fakes.Clock())
	require.NoError(t, err)
	user, err = s.AddUser(t.Context(), user)
	require.NoError(t, err)
	create := app.NewCreateTicket(s, s, &fakes.Starts{}, fakes.Clock)
	first := app.NewTicket{Title: "t", Description: "d", Key: "k"}
	_, err = create.Handle(t.Context(), first)
	require.NoError(t, err)
	fields := reflect.TypeFor[app.NewTicket]()
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		if name == "Key" || name == "KeyScope" {
			continue
		}
		other := first
		field := reflect.ValueOf(&other).Elem().Field(i)
		switch field.Kind() {
		case reflect.String:
			field.SetString("else")
		case reflect.Pointer:
			field.Set(reflect.New(field.Type().Elem()))
			if field.Elem().CanInt() {
				field.Elem().SetInt(int64(user.ID()))
			} else {
				field.Elem().SetString("else")
			}
		default:
			t.Fatalf("say here how to change the field %s", name)
		}
		_, err := create.Handle(t.Context(), other)
		require.ErrorIs(t, err, app.ErrKeyReused, name)
	}
}
