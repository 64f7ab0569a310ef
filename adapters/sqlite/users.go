package sqlite

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const addUserSQL = `
INSERT INTO users (name, email, email_key, created_at) VALUES (?1, ?2, ?3, ?4) RETURNING id`

// AddUser implements ports.UserAdder.
func (s *Store) AddUser(ctx context.Context, u domain.User) (domain.User, error) {
	id, _, err := sqlstore.One[int64](
		ctx, s.write, addUserSQL, u.Name(), u.Email(), u.EmailKey(), u.CreatedAt().UnixMicro())
	if isUnique(err) {
		err = domain.ErrEmailTaken.With(err)
	}
	if err != nil {
		return domain.User{}, failed(ctx, err, "add a user")
	}
	return domain.RestoreUser(domain.UserID(id), u.Name(), u.Email(), u.CreatedAt()), nil
}

const userSQL = `SELECT ` + sqlstore.UserColumns + ` FROM users WHERE id = ?1`

// User implements ports.UserReader.
func (s *Store) User(ctx context.Context, id domain.UserID) (domain.User, error) {
	row, found, err := sqlstore.One[sqlstore.UserRow](ctx, s.read, userSQL, int64(id))
	if err == nil && !found {
		err = domain.ErrUserNotFound
	}
	if err != nil {
		return domain.User{}, failed(ctx, err, "read user %d", id)
	}
	return row.User(), nil
}

const listUsersSQL = `SELECT ` + sqlstore.UserColumns + ` FROM users`

// ListUsers implements ports.UserReader.
func (s *Store) ListUsers(ctx context.Context, p ports.Page) (ports.Slice[domain.User], error) {
	query, args := page(listUsersSQL, sqlstore.Anything(placeholder), p)
	rows, err := sqlstore.Rows[sqlstore.UserRow](ctx, s.read, query, args...)
	if err != nil {
		return ports.Slice[domain.User]{}, failed(ctx, err, "list users")
	}
	return sqlstore.UserSlice(rows, p.Limit), nil
}

const (
	// disownSQL takes a user off some of their tickets, which changes what people see of them.
	disownSQL = `
UPDATE tickets SET created_by = NULL, ` + changedAt + `
WHERE id IN (SELECT id FROM tickets WHERE created_by = ?1 LIMIT ?3)`

	deleteUserSQL = `DELETE FROM users WHERE id = ?1`
)

// DeleteUser implements ports.UserDeleter.
func (s *Store) DeleteUser(ctx context.Context, id domain.UserID) error {
	return sqlstore.DeleteUser(ctx, func(ctx context.Context) (gone bool, err error) {
		err = s.change(ctx, func(tx *sqlx.Tx) (err error) {
			gone, err = disown(ctx, tx, id)
			return err
		})
		return gone, failed(ctx, err, "delete user %d", id)
	})
}

// disown takes one step. The last one also deletes the user.
func disown(ctx context.Context, tx *sqlx.Tx, id domain.UserID) (gone bool, err error) {
	n, err := sqlstore.Changed(
		tx.ExecContext(ctx, disownSQL, int64(id), now().UnixMicro(), sqlstore.DisownBatch))
	if err != nil || n == sqlstore.DisownBatch {
		return false, err
	}
	found, err := sqlstore.Changed(tx.ExecContext(ctx, deleteUserSQL, int64(id)))
	if err == nil && found == 0 {
		err = domain.ErrUserNotFound
	}
	return true, err
}

const findCreatorsSQL = `SELECT
    (SELECT id FROM users WHERE name = '` + domain.AdminName + `' ORDER BY created_at, id LIMIT 1) AS admin,
    (SELECT id FROM users WHERE id = ?1) AS requested`

// FindCreators implements ports.CreatorFinder.
func (s *Store) FindCreators(ctx context.Context, requested *domain.UserID) (domain.Creators, error) {
	row, _, err := sqlstore.One[sqlstore.CreatorsRow](ctx, s.read, findCreatorsSQL, (*int64)(requested))
	return row.Creators(), failed(ctx, err, "find the creators")
}
