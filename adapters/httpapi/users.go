package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"ticketd/adapters/httpapi/gen"
	"ticketd/domain"
)

// newUserRules are the rules that the schema of a new user cannot express.
var newUserRules = map[string]func(string) string{"name": domain.CheckUserName, "email": domain.CheckEmail}

// CreateUser serves POST /users.
func (s *server) CreateUser(ctx context.Context,
	req gen.CreateUserRequestObject) (gen.CreateUserResponseObject, error) {
	u, err := s.app.CreateUser.Handle(ctx, req.Body.Name, req.Body.Email)
	if err != nil {
		return nil, err
	}
	location := "/users/" + strconv.FormatInt(int64(u.ID()), 10)
	return &answer{status: http.StatusCreated, location: location, body: encoded(newUserJSON(u))}, nil
}

// GetUser serves GET /users/{id}.
func (s *server) GetUser(ctx context.Context,
	req gen.GetUserRequestObject) (gen.GetUserResponseObject, error) {
	u, err := s.app.Users.User(ctx, domain.UserID(req.Id))
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: encoded(newUserJSON(u))}, nil
}

// ListUsers serves GET /users.
func (s *server) ListUsers(ctx context.Context,
	req gen.ListUsersRequestObject) (gen.ListUsersResponseObject, error) {
	page, err := pageFromAPI(listOfUsers, req.Params.Limit, req.Params.Offset, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	slice, err := s.app.Users.ListUsers(ctx, page)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: encoded(newPageJSON(listOfUsers, page, slice, newUserJSON))}, nil
}

// DeleteUser serves DELETE /users/{id}.
func (s *server) DeleteUser(ctx context.Context,
	req gen.DeleteUserRequestObject) (gen.DeleteUserResponseObject, error) {
	if err := s.app.Users.DeleteUser(ctx, domain.UserID(req.Id)); err != nil {
		return nil, err
	}
	return gen.DeleteUser204Response{}, nil
}
