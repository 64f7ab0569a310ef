package porttest

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
	"ticketd/ports"
)

// WebhookStore checks all that the ports of webhooks promise.
func WebhookStore(t *testing.T, fresh Factory) {
	for _, cases := range [][]storeCase{webhookCases(), fanOutCases(), deliveryCases(), replayCases()} {
		run(t, fresh, cases)
	}
}

func webhookCases() []storeCase {
	return []storeCase{
		{"a webhook is read as it was stored", webhookThereAndBack},
		{"webhooks are listed, newest first, page by page", webhookList},
		{"of the webhooks that are added at once no more are stored than may be", webhookLimit},
		{"a webhook is saved only as it was read", webhookSave},
		{"an old secret is forgotten when its time is over", webhookSecrets},
		{"a webhook goes with its deliveries", webhookDelete},
		{"a webhook is switched off once, and that is an event", webhookDisable},
	}
}

// receivers allow names.
var receivers = domain.ReceiverRules{}

// hook is a new webhook; the changes are made one after the other.
func hook(t *testing.T, changes ...domain.WebhookChange) domain.Webhook {
	t.Helper()
	w := domain.NewWebhook(noon)
	for _, c := range append([]domain.WebhookChange{{URL: new("https://example.com/hooks")}}, changes...) {
		require.NoError(t, w.Change(c, receivers))
	}
	return w
}

func addHook(t *testing.T, s Stores, changes ...domain.WebhookChange) domain.Webhook {
	t.Helper()
	w, err := s.AddWebhook(t.Context(), hook(t, changes...))
	require.NoError(t, err)
	return w
}

func readHook(t *testing.T, s Stores, id domain.WebhookID) domain.Webhook {
	t.Helper()
	w, err := s.Webhook(t.Context(), id)
	require.NoError(t, err)
	return w
}

func wants(types ...domain.EventType) domain.WebhookChange {
	return domain.WebhookChange{Types: &types}
}

func webhookThereAndBack(t *testing.T, s Stores) {
	plain := addHook(t, s)
	full := addHook(t, s, wants(domain.EventClosed, domain.EventWebhookDisabled), domain.WebhookChange{
		Description: new("«¿quién?» – the desk"),
		Category:    new(domain.CategoryBilling), Priority: new(domain.PriorityHigh), Active: new(false),
	})
	require.NotEqual(t, plain.ID, full.ID)
	plain.Types = []domain.EventType{}
	require.Equal(t, plain, readHook(t, s, plain.ID))
	require.Equal(t, full, readHook(t, s, full.ID))
	_, err := s.Webhook(t.Context(), 4711)
	require.ErrorIs(t, err, domain.ErrWebhookNotFound)
}

func webhookList(t *testing.T, s Stores) {
	var want, got []domain.WebhookID
	for range 5 { // of one moment
		want = append([]domain.WebhookID{addHook(t, s).ID}, want...)
	}
	for p := (ports.Page{Limit: 2}); ; {
		slice, err := s.ListWebhooks(t.Context(), p)
		require.NoError(t, err)
		for _, w := range slice.Items {
			got = append(got, w.ID)
		}
		if p.After = slice.Next; slice.Next == nil {
			break
		}
	}
	require.Equal(t, want, got)
	slice, err := s.ListWebhooks(t.Context(), ports.Page{Limit: 3, Offset: 4})
	require.NoError(t, err)
	require.Len(t, slice.Items, 1)
}

func webhookLimit(t *testing.T, s Stores) {
	for range domain.MaxWebhooks - parallel/2 {
		addHook(t, s)
	}
	w := hook(t)
	var refused atomic.Int32
	together(t, parallel, func(int) error {
		_, err := s.AddWebhook(t.Context(), w)
		if errors.Is(err, domain.ErrTooManyWebhooks) {
			refused.Add(1)
			return nil
		}
		return err
	})
	require.EqualValues(t, parallel/2, refused.Load())
	slice, err := s.ListWebhooks(t.Context(), ports.Page{Limit: domain.MaxWebhooks + 1})
	require.NoError(t, err)
	require.Len(t, slice.Items, domain.MaxWebhooks)
}

func webhookSave(t *testing.T, s Stores) {
	added := addHook(t, s)
	w := added
	require.NoError(t, w.Change(domain.WebhookChange{
		URL: new("https://example.org/x?y=z"), Description: new("d"), Category: new(domain.CategoryGeneral),
		Priority: new(domain.PriorityLow), Active: new(false), Types: &[]domain.EventType{domain.EventCreated},
	}, receivers))
	w.RotateSecret(time.Now())
	require.NoError(t, s.SaveWebhook(t.Context(), w))
	w.Version++
	require.Equal(t, w, readHook(t, s, w.ID))

	require.ErrorIs(t, s.SaveWebhook(t.Context(), added), domain.ErrWebhookChanged)
	added.ID = 4711
	require.ErrorIs(t, s.SaveWebhook(t.Context(), added), domain.ErrWebhookNotFound)
	require.Equal(t, w, readHook(t, s, w.ID))

	require.NoError(t, w.Change(domain.WebhookChange{
		Description: new(""), Category: &domain.Category{}, Priority: &domain.Priority{}, Active: new(true),
		Types: &[]domain.EventType{},
	}, receivers))
	require.NoError(t, s.SaveWebhook(t.Context(), w))
	w.Version++
	w.Types = []domain.EventType{}
	require.Equal(t, w, readHook(t, s, w.ID))
}

func webhookSecrets(t *testing.T, s Stores) {
	w := addHook(t, s)
	first := w.Secrets[0]
	w.RotateSecret(time.Now().Add(-domain.SecretOverlap + time.Minute))
	require.NoError(t, s.SaveWebhook(t.Context(), w))
	w = readHook(t, s, w.ID)
	require.Equal(t, first, w.Secrets[1])
	second := w.Secrets[0]
	w.RotateSecret(time.Now().Add(-domain.SecretOverlap - time.Minute))
	third := w.Secrets[0]
	require.Equal(t, []string{third, second}, w.Secrets)
	require.NoError(t, s.SaveWebhook(t.Context(), w))
	require.Equal(t, []string{third}, readHook(t, s, w.ID).Secrets)
}

func webhookDelete(t *testing.T, s Stores) {
	gone, stays := addHook(t, s), addHook(t, s)
	addMany(t, s, 3)
	fanOut(t, s, 6)
	claimed := claimDeliveries(t, s, 10, 2)
	require.NoError(t, s.DeleteWebhook(t.Context(), gone.ID))
	require.ErrorIs(t, s.DeleteWebhook(t.Context(), gone.ID), domain.ErrWebhookNotFound)
	_, err := s.Webhook(t.Context(), gone.ID)
	require.ErrorIs(t, err, domain.ErrWebhookNotFound)
	_, err = s.ListDeliveries(t.Context(), gone.ID, domain.DeliveryState{}, ports.Page{Limit: 10})
	require.ErrorIs(t, err, domain.ErrWebhookNotFound)
	require.Len(t, deliveries(t, s, stays.ID, domain.DeliveryState{}), 3)

	require.NoError(t, s.EndDeliveries(t.Context(), ended(claimed, domain.DeliveryDelivered)))
	require.Len(t, deliveries(t, s, stays.ID, domain.DeliveryDelivered), 2)
	add(t, s, noon)
	fanOut(t, s, 1)
}

func webhookDisable(t *testing.T, s Stores) {
	w, other := addHook(t, s), addHook(t, s, wants(domain.EventWebhookDisabled))
	var did atomic.Int32
	together(t, parallel, func(int) error {
		off, err := s.DisableWebhook(t.Context(), w, domain.DisabledGone)
		if off {
			did.Add(1)
		}
		return err
	})
	require.EqualValues(t, 1, did.Load())
	off := readHook(t, s, w.ID)
	require.False(t, off.Active)
	require.Equal(t, domain.DisabledGone, off.Disabled)
	require.Equal(t, w.Version+1, off.Version)
	moved := other
	require.NoError(t, moved.Change(domain.WebhookChange{URL: new("https://new.example.com")}, receivers))
	require.NoError(t, s.SaveWebhook(t.Context(), moved))
	for why, w := range map[string]domain.Webhook{
		"a person changed it meanwhile": other, "there is none": {ID: 4711, Version: 1},
	} {
		off, err := s.DisableWebhook(t.Context(), w, domain.DisabledGone)
		require.NoError(t, err)
		require.False(t, off, why)
	}

	fanOut(t, s, 1) // to the other one
	due := claimDeliveries(t, s, 10, 10)
	require.Len(t, due, 1)
	require.Equal(t, other.ID, due[0].Webhook.ID)
	want := domain.Event{
		ID: due[0].Event.ID, At: due[0].Event.At, Type: domain.EventWebhookDisabled,
		Webhook: &domain.WebhookNotice{ID: w.ID, URL: w.URL, Disabled: domain.DisabledGone},
	}
	require.Equal(t, want, due[0].Event)
	page, err := s.Events(t.Context(), ports.EventFilter{}, ports.EventPosition{}, 10)
	require.NoError(t, err)
	require.Len(t, page.Events, 1)
	require.Equal(t, want, page.Events[0].Event)

	require.NoError(t, off.Change(domain.WebhookChange{Active: new(true)}, receivers))
	require.NoError(t, s.SaveWebhook(t.Context(), off))
	require.True(t, readHook(t, s, w.ID).Active)
	require.Empty(t, readHook(t, s, w.ID).Disabled)
	fanOut(t, s, 0)
	require.Empty(t, deliveries(t, s, w.ID, domain.DeliveryState{}), "none hears of its own end")
}
