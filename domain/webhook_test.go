package domain_test

import (
	"encoding/base64"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/domain"
)

// receivers allow what is not in 10.0.0.0/8 or link-local.
var receivers = domain.ReceiverRules{Reachable: func(a netip.Addr) bool {
	return !netip.MustParsePrefix("10.0.0.0/8").Contains(a) && !a.IsLinkLocalUnicast()
}}

func TestReceiverURLs(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"https://example.com", "https://example.com/", "HTTPS://Example.COM:8443/a/b?c=d&e=%20", "https://192.0.2.1/x",
		"https://[2001:db8::1]:444/", "https://bücher.example/", "https://localhost/", "https://a.b.c.example./?",
		"https://0x7f.example.com/", "https://" + strings.Repeat("a", 1900) + ".example/",
	} {
		require.Empty(t, receivers.CheckURL(good), good)
	}
	for bad, why := range map[string]string{
		"": "between 1 and 2000",
		"https://e.com/" + strings.Repeat("a", 2000): "between 1 and 2000",
		"https://e.com/\xff":                         "UTF-8",
		"https://e.com/a b":                          "blanks",
		" https://e.com":                             "blanks",
		"https://e.com/\x00":                         "blanks",
		"https://e.com/%zz":                          "must be a URL",
		"https:e.com":                                "must be a URL",
		"mailto:a@example.com":                       "must be a URL",
		"e.com/hooks":                                "begin with https://",
		"//e.com/hooks":                              "begin with https://",
		"ftp://e.com":                                "begin with https://",
		"file:///etc/passwd":                         "begin with https://",
		"http://e.com":                               "http is not allowed",
		"https://u@e.com":                            "user",
		"https://u:p@e.com":                          "user",
		"https://@e.com":                             "user",
		"https://e.com/#x":                           "fragment",
		"https://e.com/#":                            "fragment",
		"https:///x":                                 "host",
		"https://:443/x":                             "host",
		"https://e.com:/x":                           "port after the colon",
		"https://e.com:0/":                           "between 1 and 65535",
		"https://e.com:65536/":                       "between 1 and 65535",
		"https://e.com:22/":                          "port 22",
		"https://e.com:25/":                          "port 25",
		"https://e.com:5432/":                        "port 5432",
		"https://e.com:6379/":                        "port 6379",
		"https://10.1.2.3/":                          "WEBHOOK_ALLOW_NETWORKS",
		"https://[fe80::1]/":                         "WEBHOOK_ALLOW_NETWORKS",
		"https://[2001:db8::1%25eth0]/":              "WEBHOOK_ALLOW_NETWORKS",
		"https://127.1/":                             "usual form",
		"https://2130706433/":                        "usual form",
		"https://0x7f000001/":                        "usual form",
		"https://0177.0.0.1/":                        "usual form",
		"https://1.2.3.256./":                        "usual form",
	} {
		require.Contains(t, receivers.CheckURL(bad), why, bad)
	}
	require.NotEmpty(t, domain.ReceiverRules{}.CheckURL("https://192.0.2.1/"), "without a rule, no address is reached")
	require.Empty(t, domain.ReceiverRules{AllowHTTP: true}.CheckURL("http://e.com:8080/"))
}

func TestNewWebhook(t *testing.T) {
	t.Parallel()
	w, other := domain.NewWebhook(noon), domain.NewWebhook(noon)
	require.True(t, w.Active)
	require.NotEqual(t, w.Secrets, other.Secrets)
	key, prefixed := strings.CutPrefix(w.Secrets[0], "whsec_")
	require.True(t, prefixed)
	raw, err := base64.StdEncoding.DecodeString(key)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(raw), 24)
	require.LessOrEqual(t, len(raw), 64)
}

func TestWebhookChange(t *testing.T) {
	t.Parallel()
	w := domain.NewWebhook(noon)
	require.NoError(t, w.Change(domain.WebhookChange{
		URL: new("https://example.com"), Types: &[]domain.EventType{domain.EventClosed},
	}, receivers))

	t.Run("reports all broken fields and changes nothing", func(t *testing.T) {
		t.Parallel()
		mine := w
		err := mine.Change(domain.WebhookChange{
			URL: new("http://x"), Description: new(strings.Repeat("ä", 501)), Active: new(false),
			Types: &[]domain.EventType{domain.EventClosed, domain.EventClosed},
		}, receivers)
		e, ok := errors.AsType[*domain.Error](err)
		require.True(t, ok)
		require.Len(t, e.Fields, 3)
		require.Equal(t, w, mine)
		require.Error(t, mine.Change(domain.WebhookChange{Types: &[]domain.EventType{{}}}, receivers))
		require.Error(t, mine.Change(domain.WebhookChange{
			Types: &[]domain.EventType{domain.EventWebhookTest},
		}, receivers))
		require.Error(t, mine.Change(domain.WebhookChange{Description: new("a\x00")}, receivers))
	})

	t.Run("to switched on forgets why it was off and that it failed", func(t *testing.T) {
		t.Parallel()
		mine := w
		mine.Active, mine.Disabled, mine.FailingFor = false, domain.DisabledFailing, time.Hour
		require.NoError(t, mine.Change(domain.WebhookChange{Description: new("d")}, receivers))
		require.Equal(t, domain.DisabledFailing, mine.Disabled)
		require.NoError(t, mine.Change(domain.WebhookChange{Active: new(true)}, receivers))
		require.True(t, mine.Active)
		require.Empty(t, mine.Disabled)
		require.Zero(t, mine.FailingFor)
		mine.FailingFor = time.Hour
		require.NoError(t, mine.Change(domain.WebhookChange{Active: new(false)}, receivers))
		require.Equal(t, time.Hour, mine.FailingFor)
	})

	t.Run("to another secret keeps the one before", func(t *testing.T) {
		t.Parallel()
		mine := w
		mine.RotateSecret(noon)
		require.Len(t, mine.Secrets, 2)
		require.Equal(t, w.Secrets[0], mine.Secrets[1])
		require.Equal(t, domain.Timestamp(noon), mine.RotatedAt)
		second := mine.Secrets[0]
		mine.RotateSecret(noon)
		require.Len(t, mine.Secrets, 2)
		require.Equal(t, second, mine.Secrets[1])
		require.Len(t, w.Secrets, 1)
	})
}
