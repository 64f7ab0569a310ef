package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/oapi-codegen/nullable"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/domain"
	"ticketd/ports"
)

// Webhooks is what the API offers of webhooks.
type Webhooks struct {
	Create       *app.CreateWebhook
	Edit         *app.EditWebhook
	RotateSecret *app.RotateWebhookSecret
	Test         *app.TestWebhook
	Replay       *app.ReplayDeliveries

	Store      ports.WebhookStore
	Deliveries ports.DeliveryRecord
}

var errEventsOff = &httpError{
	http.StatusNotFound, "events_off", "this server keeps no events (EVENTS=false)",
}

// webhooks fails if there are none.
func (s *server) webhooks() (*Webhooks, error) {
	if s.app.Webhooks == nil {
		return nil, errEventsOff
	}
	return s.app.Webhooks, nil
}

// webhookRules are the rules that the schema of a webhook cannot express.
func webhookRules(r domain.ReceiverRules) map[string]func(string) string {
	return map[string]func(string) string{
		"url": r.CheckURL, "description": domain.CheckWebhookDescription, "If-Match": checkIfMatch,
	}
}

// CreateWebhook serves POST /webhooks.
func (s *server) CreateWebhook(ctx context.Context,
	req gen.CreateWebhookRequestObject) (gen.CreateWebhookResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	c, err := newWebhookFromAPI(*req.Body)
	if err != nil {
		return nil, err
	}
	w, err := hooks.Create.Handle(ctx, c)
	if err != nil {
		return nil, err
	}
	location := "/webhooks/" + strconv.FormatInt(int64(w.ID), 10)
	return &answer{
		status: http.StatusCreated, etag: tagOf(w.Version), location: location,
		body: encoded(newSecretWebhookJSON(w)),
	}, nil
}

// ListWebhooks serves GET /webhooks.
func (s *server) ListWebhooks(ctx context.Context,
	req gen.ListWebhooksRequestObject) (gen.ListWebhooksResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	page, err := pageFromAPI(listOfWebhooks, req.Params.Limit, req.Params.Offset, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	slice, err := hooks.Store.ListWebhooks(ctx, page)
	if err != nil {
		return nil, err
	}
	list := newPageJSON(listOfWebhooks, page, slice, newWebhookJSON)
	return &answer{status: http.StatusOK, body: encoded(list)}, nil
}

// GetWebhook serves GET /webhooks/{id}.
func (s *server) GetWebhook(ctx context.Context,
	req gen.GetWebhookRequestObject) (gen.GetWebhookResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	w, err := hooks.Store.Webhook(ctx, domain.WebhookID(req.Id))
	if err != nil {
		return nil, err
	}
	return taggedWebhook(w, newWebhookJSON(w)), nil
}

// EditWebhook serves PATCH /webhooks/{id}.
func (s *server) EditWebhook(ctx context.Context,
	req gen.EditWebhookRequestObject) (gen.EditWebhookResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	c, err := webhookEditFromAPI(*req.Body)
	if err != nil {
		return nil, err
	}
	w, err := hooks.Edit.Handle(ctx, domain.WebhookID(req.Id), c, versionsFromAPI(req.Params.IfMatch))
	if err != nil {
		return nil, err
	}
	return taggedWebhook(w, newWebhookJSON(w)), nil
}

// DeleteWebhook serves DELETE /webhooks/{id}.
func (s *server) DeleteWebhook(ctx context.Context,
	req gen.DeleteWebhookRequestObject) (gen.DeleteWebhookResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	if err := hooks.Store.DeleteWebhook(ctx, domain.WebhookID(req.Id)); err != nil {
		return nil, err
	}
	return gen.DeleteWebhook204Response{}, nil
}

// RotateWebhookSecret serves POST /webhooks/{id}/rotate-secret.
func (s *server) RotateWebhookSecret(ctx context.Context,
	req gen.RotateWebhookSecretRequestObject) (gen.RotateWebhookSecretResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	w, err := hooks.RotateSecret.Handle(ctx, domain.WebhookID(req.Id))
	if err != nil {
		return nil, err
	}
	return taggedWebhook(w, newSecretWebhookJSON(w)), nil
}

// TestWebhook serves POST /webhooks/{id}/test.
func (s *server) TestWebhook(ctx context.Context,
	req gen.TestWebhookRequestObject) (gen.TestWebhookResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	r, err := hooks.Test.Handle(ctx, domain.WebhookID(req.Id))
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: encoded(newSendResultJSON(r))}, nil
}

// ListDeliveries serves GET /webhooks/{id}/deliveries.
func (s *server) ListDeliveries(ctx context.Context,
	req gen.ListDeliveriesRequestObject) (gen.ListDeliveriesResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	state, err := labelFromAPI(req.Params.State, domain.ParseDeliveryState)
	if err != nil {
		return nil, err
	}
	list := deliveriesOf(req.Id)
	page, err := pageFromAPI(list, req.Params.Limit, nil, req.Params.Cursor)
	if err != nil {
		return nil, err
	}
	slice, err := hooks.Deliveries.ListDeliveries(ctx, domain.WebhookID(req.Id), state, page)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: encoded(newPageJSON(list, page, slice, newDeliveryJSON))}, nil
}

// ReplayDeliveries serves POST /webhooks/{id}/replay.
func (s *server) ReplayDeliveries(ctx context.Context,
	req gen.ReplayDeliveriesRequestObject) (gen.ReplayDeliveriesResponseObject, error) {
	hooks, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	what, err := replayFromAPI(*req.Body)
	if err != nil {
		return nil, err
	}
	r, err := hooks.Replay.Handle(ctx, domain.WebhookID(req.Id), what)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusAccepted, body: encoded(newReplayedJSON(what, r))}, nil
}

// taggedWebhook returns the answer with w and its version.
func taggedWebhook(w domain.Webhook, body webhookJSON) *answer {
	return &answer{status: http.StatusOK, etag: tagOf(w.Version), body: encoded(body)}
}

func newWebhookFromAPI(b gen.NewWebhook) (domain.WebhookChange, error) {
	c := domain.WebhookChange{URL: &b.Url, Description: b.Description}
	var err1, err2, err3 error
	if b.Types != nil {
		c.Types, err1 = typesFromAPI(*b.Types)
	}
	if b.Category != nil {
		c.Category, err2 = changed(string(*b.Category), domain.ParseCategory)
	}
	if b.Priority != nil {
		c.Priority, err3 = changed(string(*b.Priority), domain.ParsePriority)
	}
	return c, first(err1, err2, err3)
}

// webhookEditFromAPI takes null as the zero value.
func webhookEditFromAPI(b gen.WebhookEdit) (domain.WebhookChange, error) {
	c := domain.WebhookChange{URL: b.Url, Active: b.Active}
	var err1, err2, err3 error
	if b.Description.IsSpecified() {
		c.Description = new(orZero(b.Description))
	}
	if b.Types.IsSpecified() {
		c.Types, err1 = typesFromAPI(orZero(b.Types))
	}
	if b.Category.IsSpecified() {
		c.Category, err2 = changed(string(orZero(b.Category)), domain.ParseCategory)
	}
	if b.Priority.IsSpecified() {
		c.Priority, err3 = changed(string(orZero(b.Priority)), domain.ParsePriority)
	}
	return c, first(err1, err2, err3)
}

func orZero[T any](n nullable.Nullable[T]) T {
	var none T
	if n.IsNull() {
		return none
	}
	return n.MustGet()
}

// changed parses a label; "" is the zero value.
func changed[L any](s string, parse func(string) (L, error)) (*L, error) {
	if s == "" {
		return new(L), nil
	}
	l, err := parse(s)
	return &l, err
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func typesFromAPI(list []gen.EventType) (*[]domain.EventType, error) {
	types := make([]domain.EventType, len(list))
	for i, s := range list {
		t, err := domain.ParseEventType(string(s))
		if err != nil {
			return nil, err
		}
		types[i] = t
	}
	return &types, nil
}

func replayFromAPI(b gen.Replay) (ports.Replay, error) {
	what := ports.Replay{Failed: b.Failed != nil && bool(*b.Failed)}
	if b.EventIds != nil {
		what.Events = *b.EventIds
	}
	if b.After != nil {
		at, ok := decodeEventCursor(*b.After)
		if !ok {
			return ports.Replay{}, domain.Invalid("after", badEventCursor)
		}
		what.After = &at
	}
	return what, nil
}

// replayMessage says what to do about the rest.
func replayMessage(what ports.Replay) string {
	rest := "send the same again"
	if what.After != nil {
		rest = "send next as after"
	}
	return fmt.Sprintf("a call replays at most %d; there may be more: %s", app.MaxReplayed, rest)
}
