package ports

import (
	"context"

	"ticketd/domain"
)

// UserAdder stores new users.
type UserAdder interface {
	// AddUser stores u and returns it with its id. An address that another user has (after case folding) is domain.ErrEmailTaken.
	AddUser(ctx context.Context, u domain.User) (domain.User, error)
}

// UserReader reads users.
type UserReader interface {
	// User is domain.ErrUserNotFound for an id that no user has.
	User(ctx context.Context, id domain.UserID) (domain.User, error)
	// ListUsers returns at most p.Limit users, newest first by created_at, then id.
	ListUsers(ctx context.Context, p Page) (Slice[domain.User], error)
}

// UserDeleter removes users.
type UserDeleter interface {
	// DeleteUser removes the user; his tickets stay, with no creator. A missing user is domain.ErrUserNotFound. If it fails halfway, he may
	// be off some of his tickets already; a repeated call goes on from there.
	DeleteUser(ctx context.Context, id domain.UserID) error
}

// CreatorFinder looks up who may become a new ticket's creator.
type CreatorFinder interface {
	// FindCreators returns the oldest user (by created_at, then id) whose name is exactly domain.AdminName, and the requested one;
	// each is nil if there is none.
	FindCreators(ctx context.Context, requested *domain.UserID) (domain.Creators, error)
}

// UserStore is all that a store does with users, for implementers.
type UserStore interface {
	UserAdder
	UserReader
	UserDeleter
	CreatorFinder
}

// Pinger tells whether a server that we need answers.
type Pinger interface {
	Ping(ctx context.Context) error
}
