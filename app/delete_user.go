package app

import (
	"context"

	"ticketd/domain"
	"ticketd/ports"
)

// DeleteUser removes a user; his tickets stay.
type DeleteUser struct{ users ports.UserDeleter }

// NewDeleteUser wires the use case.
func NewDeleteUser(users ports.UserDeleter) *DeleteUser { return &DeleteUser{users} }

// Handle is domain.ErrUserNotFound for an id that no user has.
func (uc *DeleteUser) Handle(ctx context.Context, id domain.UserID) error {
	return uc.users.DeleteUser(ctx, id)
}
