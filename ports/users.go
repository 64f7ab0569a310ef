package ports

import (
	"context"

	"ticketd/domain"
)

// UserAdder stores new users.
type UserAdder interface {
	// AddUser stores u and returns it with its id. If another user has the address (after case folding), it
	// returns domain.ErrEmailTaken.
	AddUser(ctx context.Context, u domain.User) (domain.User, error)
}

// UserReader reads users.
type UserReader interface {
	// User returns the user with the given id, or domain.ErrUserNotFound.
	User(ctx context.Context, id domain.UserID) (domain.User, error)
	// ListUsers returns at most p.Limit users, newest first by created_at, then id.
	ListUsers(ctx context.Context, p Page) (Slice[domain.User], error)
}

// UserDeleter removes users.
type UserDeleter interface {
	// DeleteUser removes the user; their tickets stay, without a creator, each a version on. A missing user is
	// domain.ErrUserNotFound. It works in steps of some milliseconds, in between which others have their turns.
	// If it fails halfway, some of the tickets may have lost their creator already; a repeated call goes on from
	// there.
	DeleteUser(ctx context.Context, id domain.UserID) error
}

// CreatorFinder looks up the candidates for a new ticket's creator.
type CreatorFinder interface {
	// FindCreators returns the oldest user (by created_at, then id) whose name is exactly domain.AdminName, and
	// the requested one; each is nil if there is none.
	FindCreators(ctx context.Context, requested *domain.UserID) (domain.Creators, error)
}

// UserStore combines all the ports of users, for implementers.
type UserStore interface {
	UserAdder
	UserReader
	UserDeleter
	CreatorFinder
}

// Pinger tests whether a server that we need answers.
type Pinger interface {
	Ping(ctx context.Context) error
}
