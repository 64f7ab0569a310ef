package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"ticketd/adapters/internal/sqlstore"
	"ticketd/domain"
	"ticketd/ports"
)

const addUserSQL = `
INSERT INTO users (name, email, email_key, created_at) VALUES ($1, $2, $3, $4) RETURNING id`

// AddUser implements ports.UserAdder.
func (s *Store) AddUser(ctx context.Context, u domain.User) (domain.User, error) {
	id, _, err := one[int64](ctx, s, addUserSQL, u.Name(), u.Email(), u.EmailKey(), u.CreatedAt())
	if err != nil {
		return domain.User{}, failed(ctx, err, "add a user")
	}
	return domain.RestoreUser(domain.UserID(id), u.Name(), u.Email(), u.CreatedAt()), nil
}

const userSQL = `SELECT ` + sqlstore.UserColumns + ` FROM users WHERE id = $1`

// User implements ports.UserReader.
func (s *Store) User(ctx context.Context, id domain.UserID) (domain.User, error) {
	row, found, err := one[sqlstore.UserRow](ctx, s, userSQL, int64(id))
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
	list, err := rows[sqlstore.UserRow](ctx, s, query, args...)
	if err != nil {
		return ports.Slice[domain.User]{}, failed(ctx, err, "list users")
	}
	return sqlstore.UserSlice(list, p.Limit), nil
}

const (
	// disownSQL takes a user off some of their tickets, which changes what people see of them.
	disownSQL = `
UPDATE tickets SET created_by = NULL, ` + changedNow + `
WHERE id = ANY (ARRAY(SELECT id FROM tickets WHERE created_by = $1 LIMIT $2))`

	// lockUserSQL keeps new tickets from naming the user: their foreign key waits, and then finds nobody.
	lockUserSQL   = `SELECT 1 FROM users WHERE id = $1 FOR UPDATE`
	deleteUserSQL = `DELETE FROM users WHERE id = $1`
)

// DeleteUser implements ports.UserDeleter. What new tickets name the user meanwhile, the last step finds.
func (s *Store) DeleteUser(ctx context.Context, id domain.UserID) error {
	return sqlstore.DeleteUser(ctx, func(ctx context.Context) (gone bool, err error) {
		n, err := exec(ctx, s, disownSQL, int64(id), sqlstore.DisownBatch)
		if err == nil && n < sqlstore.DisownBatch {
			gone, err = s.deleteUser(ctx, id)
		}
		return gone, failed(ctx, err, "delete user %d", id)
	})
}

// deleteUser takes the last step. It is not gone if there were too many new tickets for one.
func (s *Store) deleteUser(ctx context.Context, id domain.UserID) (gone bool, err error) {
	return within(ctx, func() (gone bool, err error) {
		err = s.change(ctx, func(tx *sqlx.Tx) error {
			found, err := sqlstore.Changed(tx.ExecContext(ctx, lockUserSQL, int64(id)))
			if err == nil && found == 0 {
				err = domain.ErrUserNotFound
			}
			if err != nil {
				return err
			}
			n, err := sqlstore.Changed(tx.ExecContext(ctx, disownSQL, int64(id), sqlstore.DisownBatch))
			if err != nil || n == sqlstore.DisownBatch {
				return err
			}
			gone = true
			_, err = tx.ExecContext(ctx, deleteUserSQL, int64(id))
			return err
		})
		return gone, err
	})
}

const findCreatorsSQL = `SELECT
    (SELECT id FROM users WHERE name = '` + domain.AdminName + `' ORDER BY created_at, id LIMIT 1) AS admin,
    (SELECT id FROM users WHERE id = $1) AS requested`

// FindCreators implements ports.CreatorFinder.
func (s *Store) FindCreators(ctx context.Context, requested *domain.UserID) (domain.Creators, error) {
	asked := nobody
	if requested != nil {
		asked = *requested
	}
	single := func() (askedRow, error) { return s.creators(ctx, asked) }
	row, err := batched(ctx, s.batches.creators, asked, single)
	return row.Creators(), failed(ctx, err, "find the creators")
}

// nobody is an id that no user has.
const nobody = domain.UserID(0)

func (s *Store) creators(ctx context.Context, asked domain.UserID) (askedRow, error) {
	row, _, err := one[sqlstore.CreatorsRow](ctx, s, findCreatorsSQL, int64(asked))
	return askedRow{int64(asked), row}, err
}
