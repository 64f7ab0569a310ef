package sqlite

import (
	"context"

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
	// disownSQL raises the version: answers show the creator.
	disownSQL = `
UPDATE tickets SET created_by = NULL, version = version + 1
WHERE id IN (SELECT id FROM tickets WHERE created_by = ?1 LIMIT ?2)`
	deleteUserSQL = `DELETE FROM users WHERE id = ?1`
)

// DeleteUser implements ports.UserDeleter. A user may own a million tickets, too many for one statement:
// their creator is removed in batches, and a repeated call goes on where the last one was cut off. The
// foreign key takes care of the rest.
func (s *Store) DeleteUser(ctx context.Context, id domain.UserID) error {
	for n := int64(sqlstore.DisownBatch); n == sqlstore.DisownBatch; {
		var err error
		if n, err = sqlstore.Exec(ctx, s.write, disownSQL, int64(id), sqlstore.DisownBatch); err != nil {
			return failed(ctx, err, "remove user %d from their tickets", id)
		}
	}
	n, err := sqlstore.Exec(ctx, s.write, deleteUserSQL, int64(id))
	if err == nil && n == 0 {
		err = domain.ErrUserNotFound
	}
	return failed(ctx, err, "delete user %d", id)
}

const findCreatorsSQL = `SELECT
    (SELECT id FROM users WHERE name = '` + domain.AdminName + `' ORDER BY created_at, id LIMIT 1) AS admin,
    (SELECT id FROM users WHERE id = ?1) AS requested`

// FindCreators implements ports.CreatorFinder.
func (s *Store) FindCreators(ctx context.Context, requested *domain.UserID) (domain.Creators, error) {
	row, _, err := sqlstore.One[sqlstore.CreatorsRow](ctx, s.read, findCreatorsSQL, (*int64)(requested))
	return row.Creators(), failed(ctx, err, "find the creators")
}
