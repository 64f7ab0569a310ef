package sqlstore

import (
	"context"
	"time"

	"ticketd/domain"
)

// UserColumns are the columns of a UserRow.
const UserColumns = `id, name, email, created_at`

const (
	// DisownBatch is how many tickets of a deleted user one step takes their creator from.
	DisownBatch = 1000
	// DisownTime bounds a step.
	DisownTime = 10 * time.Second
)

// UserRow is a row of users. As JSON it has the names of the columns.
type UserRow struct {
	ID        int64  `db:"id" json:"id"`
	Name      string `db:"name" json:"name"`
	Email     string `db:"email" json:"email"`
	CreatedAt Moment `db:"created_at" json:"created_at"`
}

// User returns the row as a user.
func (r UserRow) User() domain.User {
	return domain.RestoreUser(domain.UserID(r.ID), r.Name, r.Email, r.CreatedAt.Time)
}

// Users maps rows.
func Users(rows []UserRow) []domain.User {
	list := make([]domain.User, len(rows))
	for i, r := range rows {
		list[i] = r.User()
	}
	return list
}

// CreatorsRow is a row with the users that may become a ticket's creator.
type CreatorsRow struct {
	Admin     *int64 `db:"admin"`
	Requested *int64 `db:"requested"`
}

// Creators returns the row for the domain.
func (r CreatorsRow) Creators() domain.Creators {
	return domain.Creators{Admin: (*domain.UserID)(r.Admin), Requested: (*domain.UserID)(r.Requested)}
}

// DeleteUser takes steps of up to DisownTime until one deletes the user. A user may own a million tickets:
// each step takes a batch of them off the user and leaves time for others, and a repeated call goes on where
// one was cut off.
func DeleteUser(ctx context.Context, step func(context.Context) (gone bool, err error)) error {
	for {
		inTime, cancel := context.WithTimeout(ctx, DisownTime)
		gone, err := step(inTime)
		cancel()
		if err != nil || gone {
			return err
		}
	}
}
