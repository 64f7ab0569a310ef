package webhooks_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
	"ticketd/ports"
	"ticketd/tests/support/stores"
	"ticketd/tests/support/system"
)

func closeTicket() client.TicketEdit { return client.TicketEdit{Status: new(client.StatusClosed)} }

func TestEventsReachTheirReceivers(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		dbURL := fresh(t)
		server := system.Serve(t, system.On(dbURL), local)
		store := stores.Open(t, dbURL)
		well, ill := newReceiver(t, always(204)), newReceiver(t, always(http.StatusServiceUnavailable))
		well.subscribe(t, store)
		failing := ill.subscribe(t, store)
		id := server.Post(t, "I want my money back").Id
		server.Edit(t, id, closeTicket())
		require.Eventually(t, func() bool {
			list := well.types(id)
			return len(list) > 0 && list[len(list)-1] == domain.EventClosed.String()
		}, system.Patience, 10*time.Millisecond)
		require.Equal(t, domain.EventCreated.String(), well.types(id)[0])
		well.wellFormed(t)
		require.Eventually(t, func() bool {
			w, err := store.Webhook(t.Context(), failing.ID)
			require.NoError(t, err)
			return w.FailingFor > 0
		}, system.Patience, 10*time.Millisecond)
		require.Zero(t, server.Terminate(system.Patience))
		require.Contains(t, server.Log(), `"code":"http_503"`)
		require.NotContains(t, server.Log(), "hidden", "the query is secret")
		for _, secret := range failing.Secrets {
			require.NotContains(t, server.Log(), secret)
		}
		ill.wellFormed(t)
	})
}

func TestAReceiverInsideTheNetworkIsNotReached(t *testing.T) {
	t.Parallel()
	dbURL := system.SQLite(t)
	server := system.Serve(t, system.On(dbURL), system.Env{"WEBHOOK_ALLOW_HTTP": "true"})
	store := stores.Open(t, dbURL)
	inside := newReceiver(t, always(204))
	w := inside.subscribe(t, store)
	server.Post(t, "Hello")
	require.Eventually(t, func() bool {
		list, err := store.ListDeliveries(t.Context(), w.ID, domain.DeliveryPending, ports.Page{Limit: 10})
		require.NoError(t, err)
		return len(list.Items) > 0 && list.Items[len(list.Items)-1].Error == "forbidden_address"
	}, system.Patience, 10*time.Millisecond)
	require.Empty(t, inside.all())
}

func TestAStopFinishesWhatIsOnItsWay(t *testing.T) {
	t.Parallel()
	dbURL := system.SQLite(t)
	server := system.Serve(t, system.On(dbURL), local)
	store := stores.Open(t, dbURL)
	began := make(chan struct{}, 100)
	slow := newReceiver(t, func(int64, int) int {
		began <- struct{}{}
		time.Sleep(2 * time.Second)
		return 204
	})
	slow.subscribe(t, store)
	server.Post(t, "Hello")
	<-began
	require.Zero(t, server.Terminate(system.Patience))
	require.Len(t, slow.all(), 1)
	backlog, err := store.DeliveryBacklog(t.Context())
	require.NoError(t, err)
	again := system.Serve(t, system.On(dbURL), local)
	require.Eventually(t, func() bool {
		now, err := store.DeliveryBacklog(t.Context())
		require.NoError(t, err)
		return now.Pending == 0
	}, system.Patience, 10*time.Millisecond, "%+v", backlog)
	seen := map[int64]bool{}
	for _, e := range slow.all() {
		require.False(t, seen[e.ID], "event %d came twice", e.ID)
		seen[e.ID] = true
	}
	require.Zero(t, again.Terminate(system.Patience))
}
