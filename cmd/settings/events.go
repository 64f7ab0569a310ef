package settings

import (
	"net/netip"
	"time"
)

// Events say how long events are kept and whom webhooks may reach.
type Events struct {
	Keep          time.Duration
	AllowHTTP     bool
	AllowNetworks []netip.Prefix
}

func (raw RawEvents) parse(r *reader) Events {
	return Events{
		Keep:          time.Duration(r.number("EVENTS_KEEP_DAYS", raw.KeepDays, 7, 3650)) * 24 * time.Hour,
		AllowHTTP:     r.boolean("WEBHOOK_ALLOW_HTTP", raw.AllowHTTP),
		AllowNetworks: r.networks("WEBHOOK_ALLOW_NETWORKS", raw.AllowNetworks),
	}
}
