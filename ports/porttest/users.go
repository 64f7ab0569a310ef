package porttest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

func userCases() []storeCase {
	return []storeCase{
		{"a user that does not exist is not found", userAbsent},
		{"a new user comes back as stored", userComesBack},
		{"an address is taken whatever its case", emailTaken},
		{"of 20 who take an address at once one gets it", emailRace},
		{"the address of a deleted user is free again", emailFreed},
		{"the tickets of a deleted user stay, with no creator, however many", manyTicketsLeft},
		{"tickets that come while their creator is deleted are refused or end with none", deletedAmongCreates},
		{"users are listed newest first, by cursor and by offset", userPages},
	}
}

func creatorCases() []storeCase {
	return []storeCase{
		{"nobody is found in an empty store", creatorsNobody},
		{"the requested user is found if they exist", creatorsRequested},
		{"the admin is the oldest user of exactly that name", creatorsAdmin},
		{"without the oldest admin the next one counts", creatorsNextAdmin},
	}
}

func userAbsent(t *testing.T, s Stores) {
	for _, id := range []domain.UserID{0, -1, 1, 1<<63 - 1} {
		_, err := s.User(t.Context(), id)
		require.ErrorIs(t, err, domain.ErrUserNotFound)
		require.ErrorIs(t, s.DeleteUser(t.Context(), id), domain.ErrUserNotFound)
	}
}

func newUser(t *testing.T, name, email string) domain.User {
	t.Helper()
	u, err := domain.NewUser(name, email, noon)
	require.NoError(t, err)
	return u
}

func userComesBack(t *testing.T, s Stores) {
	u := newUser(t, strings.Repeat("Ω", domain.MaxUserName-3)+" 'é", "Ann.O'Neil+x@Example.COM")
	stored, err := s.AddUser(t.Context(), u)
	require.NoError(t, err)
	require.Equal(t, domain.RestoreUser(stored.ID(), u.Name(), u.Email(), noon), stored)
	got, err := s.User(t.Context(), stored.ID())
	require.NoError(t, err)
	require.Equal(t, stored, got)
}

func emailTaken(t *testing.T, s Stores) {
	_, err := s.AddUser(t.Context(), newUser(t, "Ann", "ann@example.com"))
	require.NoError(t, err)
	for _, email := range []string{"ann@example.com", "ANN@Example.com"} {
		_, err = s.AddUser(t.Context(), newUser(t, "Other", email))
		require.ErrorIs(t, err, domain.ErrEmailTaken)
		require.Equal(t, domain.KindConflict, domain.KindOf(err))
	}
	_, err = s.AddUser(t.Context(), newUser(t, "Ann", "ann2@example.com"))
	require.NoError(t, err, "two may have the same name")
}

func emailRace(t *testing.T, s Stores) {
	var won, lost atomic.Int32
	together(t, parallel, func(i int) error {
		email := fmt.Sprintf("%sn@example.com", []string{"an", "aN", "An", "AN"}[i%4])
		_, err := s.AddUser(t.Context(), newUser(t, "Ann", email))
		switch {
		case err == nil:
			won.Add(1)
		case errors.Is(err, domain.ErrEmailTaken):
			lost.Add(1)
		default:
			return err
		}
		return nil
	})
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, parallel-1, lost.Load())
}

func emailFreed(t *testing.T, s Stores) {
	first, err := s.AddUser(t.Context(), newUser(t, "Ann", "ann@example.com"))
	require.NoError(t, err)
	require.NoError(t, s.DeleteUser(t.Context(), first.ID()))
	_, err = s.User(t.Context(), first.ID())
	require.ErrorIs(t, err, domain.ErrUserNotFound)
	_, err = s.AddUser(t.Context(), newUser(t, "Ann", "ann@example.com"))
	require.NoError(t, err)
}

func manyTicketsLeft(t *testing.T, s Stores) {
	user, err := s.AddUser(t.Context(), newUser(t, "Ann", "ann@example.com"))
	require.NoError(t, err)
	other, err := s.AddUser(t.Context(), newUser(t, "Bob", "bob@example.com"))
	require.NoError(t, err)
	ids := []domain.UserID{user.ID(), other.ID()}
	batch := imported(t, 2_100)
	for i := range batch {
		owner := &ids[0]
		if i%50 == 0 {
			owner = &ids[1]
		}
		ticket, err := domain.NewTicket("t", "d", owner, domain.Creators{Requested: owner}, noon)
		require.NoError(t, err)
		batch[i].Ticket = ticket
	}
	addImported(t, s, "crm", batch)
	require.NoError(t, s.DeleteUser(t.Context(), user.ID()))
	bobs := walk(t, s, filter{CreatedBy: &ids[1]}, 100, byCursor)
	require.Len(t, bobs, 42)
	nobodys := 0
	for _, k := range walk(t, s, filter{}, 100, byCursor) {
		if k.Creator() == nil {
			nobodys++
			require.EqualValues(t, 2, k.Version(), "people see a change")
			require.True(t, k.UpdatedAt().After(noon))
		}
	}
	require.Equal(t, 2_058, nobodys)
}

// deletedAmongCreates deletes a user whose tickets keep coming.
func deletedAmongCreates(t *testing.T, s Stores) {
	owner := addUser(t, s, "Ann", noon).ID()
	var stored atomic.Int32
	together(t, parallel, func(i int) error {
		if i == 0 {
			for stored.Load() < parallel {
				runtime.Gosched()
			}
			return s.DeleteUser(t.Context(), owner)
		}
		for {
			ticket, err := domain.NewTicket("t", "d", &owner, domain.Creators{Requested: &owner}, noon)
			if err != nil {
				return err
			}
			if _, err = s.AddTicket(t.Context(), ticket, ports.Lease{}); errors.Is(err, domain.ErrCreatorGone) {
				return nil
			}
			if err != nil {
				return err
			}
			stored.Add(1)
		}
	})
	require.Empty(t, walk(t, s, filter{CreatedBy: &owner}, 100, byCursor))
	left := walk(t, s, filter{}, 100, byCursor)
	require.Len(t, left, int(stored.Load()))
	for _, k := range left {
		require.EqualValues(t, 2, k.Version(), "people see a change")
	}
}

func userPages(t *testing.T, s Stores) {
	want := make([]domain.User, 9)
	for i := range want {
		u, err := domain.NewUser("Ann", fmt.Sprintf("ann%d@example.com", i),
			noon.Add(time.Duration(i/3)*time.Microsecond))
		require.NoError(t, err)
		stored, err := s.AddUser(t.Context(), u)
		require.NoError(t, err)
		want[len(want)-1-i] = stored
	}
	for _, on := range []func(ports.Page, *ports.Position) ports.Page{byCursor, byOffset} {
		var seen []domain.User
		for p := (ports.Page{Limit: 2}); ; {
			slice, err := s.ListUsers(t.Context(), p)
			require.NoError(t, err)
			seen = append(seen, slice.Items...)
			if slice.Next == nil {
				break
			}
			p = on(p, slice.Next)
		}
		require.Equal(t, want, seen)
	}
}

func creatorsNobody(t *testing.T, s Stores) {
	someone := domain.UserID(7)
	for _, requested := range []*domain.UserID{nil, &someone} {
		known, err := s.FindCreators(t.Context(), requested)
		require.NoError(t, err)
		require.Equal(t, domain.Creators{}, known)
	}
}

func creatorsRequested(t *testing.T, s Stores) {
	id := addUser(t, s, "Ann", noon).ID()
	known, err := s.FindCreators(t.Context(), &id)
	require.NoError(t, err)
	require.Equal(t, domain.Creators{Requested: &id}, known)
	known, err = s.FindCreators(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, domain.Creators{}, known)
}

func creatorsAdmin(t *testing.T, s Stores) {
	for i, name := range []string{"Admin", "ADMIN", "admin ", " admin", "admin2", "àdmin", "admi"} {
		addUser(t, s, name, noon.Add(time.Duration(i)*time.Second))
	}
	known, err := s.FindCreators(t.Context(), nil)
	require.NoError(t, err)
	require.Nil(t, known.Admin)

	addUser(t, s, domain.AdminName, noon.Add(2*time.Hour))
	oldest := addUser(t, s, domain.AdminName, noon.Add(time.Hour)).ID()
	same, err := domain.NewUser(domain.AdminName, "third@example.com", noon.Add(time.Hour))
	require.NoError(t, err)
	_, err = s.AddUser(t.Context(), same)
	require.NoError(t, err)
	known, err = s.FindCreators(t.Context(), &oldest)
	require.NoError(t, err)
	require.Equal(t, domain.Creators{Admin: &oldest, Requested: &oldest}, known)
}

func creatorsNextAdmin(t *testing.T, s Stores) {
	first, second := addUser(t, s, domain.AdminName, noon).ID(),
		addUser(t, s, domain.AdminName, noon.Add(time.Hour)).ID()
	require.NoError(t, s.DeleteUser(t.Context(), first))
	known, err := s.FindCreators(t.Context(), &first)
	require.NoError(t, err)
	require.Equal(t, domain.Creators{Admin: &second}, known)
}
