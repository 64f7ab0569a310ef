package apijson_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/apijson"
	"ticketd/domain"
)

func TestAnEventOfAWebhookKeepsTheSecretPartsOfItsURL(t *testing.T) {
	t.Parallel()
	e := domain.Event{
		ID: 7, Type: domain.EventWebhookDisabled, At: time.UnixMicro(0),
		Webhook: &domain.WebhookNotice{
			ID: 3, URL: "https://hooks.example.com:8443/T01/secret?token=secret", Disabled: domain.DisabledGone,
		},
	}
	require.JSONEq(t, `{"id":7,"type":"webhook.disabled","created_at":"1970-01-01T00:00:00.000000Z","data":{
		"webhook":{"id":3,"url":"https://hooks.example.com:8443","disabled":"gone"}}}`,
		string(apijson.AppendEvent(nil, e)))
}
