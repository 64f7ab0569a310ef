package httpapi_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/stores"
)

// feed reads a page of events.
func (a *api) feed(t *testing.T, path string) client.EventPage {
	t.Helper()
	res := a.send(t, http.MethodGet, path, "")
	require.Equal(t, http.StatusOK, res.StatusCode, res.body)
	return read[client.EventPage](t, res.body)
}

func typesOf(p client.EventPage) (types []string) {
	for _, e := range p.Data {
		types = append(types, string(e.Type))
	}
	return types
}

func TestTheFeedTellsWhatBecameOfTickets(t *testing.T) {
	t.Parallel()
	stores.OnEach(t, func(t *testing.T, open func(*testing.T) stores.Store) {
		a := serve(t, open(t))
		a.send(t, http.MethodPost, "/tickets", `{"title":"billing high","description":"d"}`)
		a.send(t, http.MethodPatch, "/tickets/1", `{"status":"closed","priority":"low"}`)
		a.send(t, http.MethodPost, "/tickets", `{"title":"second","description":"d"}`)

		all := a.feed(t, "/events")
		require.Equal(t, []string{
			"ticket.created", "ticket.classified", "ticket.closed", "ticket.corrected", "ticket.created",
			"ticket.classified",
		}, typesOf(all))
		now := read[client.Ticket](t, a.send(t, http.MethodGet, "/tickets/1", "").body)
		require.Equal(t, &now, all.Data[3].Data.Ticket, "the ticket is as GET shows it")
		var raw struct {
			Data []struct {
				Data struct{ Previous map[string]any }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(a.send(t, http.MethodGet, "/events", "").body), &raw))
		require.Nil(t, raw.Data[0].Data.Previous)
		require.Equal(t, map[string]any{
			"status": "open", "priority": "high", "ai_confidence": 0.75, "classified_by": "local", "review": nil,
		}, raw.Data[2].Data.Previous)

		var walked []string
		next := ""
		for range 7 {
			page := a.feed(t, "/events?limit=1"+next)
			walked = append(walked, typesOf(page)...)
			next = "&after=" + page.Pagination.NextCursor.MustGet()
		}
		require.Equal(t, typesOf(all), walked)
		require.Equal(t, []string{"ticket.closed"}, typesOf(a.feed(t, "/events?type=ticket.closed,ticket.deleted")))
		require.Equal(t, typesOf(all)[:4], typesOf(a.feed(t, "/tickets/1/events")))
		first := a.feed(t, "/tickets/1/events?limit=3")
		rest := a.feed(t, "/tickets/1/events?limit=3&after="+first.Pagination.NextCursor.MustGet())
		require.Equal(t, []string{"ticket.corrected"}, typesOf(rest))
		require.True(t, rest.Pagination.NextCursor.IsNull())

		a.send(t, http.MethodDelete, "/tickets/1", "")
		gone := a.feed(t, "/tickets/1/events")
		require.Equal(t, append(typesOf(all)[:4:4], "ticket.deleted"), typesOf(gone))
		for _, e := range gone.Data {
			require.Empty(t, e.Data.Ticket.Title+e.Data.Ticket.Description)
		}
	})
}

func TestTheFeedRefuses(t *testing.T) {
	t.Parallel()
	a := serve(t, stores.SQLite(t))
	for path, field := range map[string]string{
		"/events?after=x":                   "after",
		"/events?after=MS50LjE3NjM4OTI5Lg":  "after",
		"/events?type=ticket.exploded":      "type",
		"/events?type=ticket.closed,":       "type",
		"/events?limit=101":                 "limit",
		"/events?wait=31":                   "wait",
		"/events?cursor=x":                  "cursor",
		"/tickets/1/events?wait=1":          "wait",
		"/tickets/1/events?after=MS5ldmVud": "after",
	} {
		res := a.send(t, http.MethodGet, path, "")
		require.Equal(t, http.StatusBadRequest, res.StatusCode, path)
		require.Contains(t, res.body, `"field":"`+field+`"`, path)
	}
	require.Equal(t, http.StatusNotFound, a.send(t, http.MethodGet, "/tickets/4711/events", "").StatusCode)
	off := serve(t, stores.SQLite(t), func(s *setup) { s.eventless = true })
	for _, path := range []string{"/events", "/tickets/1/events"} {
		res := off.send(t, http.MethodGet, path, "")
		require.Equal(t, http.StatusNotFound, res.StatusCode, path)
		require.Contains(t, res.body, `"events_off"`, path)
	}
}

func TestReadersThatWaitAreBounded(t *testing.T) {
	t.Parallel()
	a := serve(t, stores.SQLite(t))
	for range 100 {
		a.stream(t, "/events", "")
	}
	for path, accept := range map[string]string{
		"/events?wait=30": "application/json, text/event-stream", "/events": "text/event-stream",
	} {
		r := a.request(t, http.MethodGet, path, "")
		r.Header.Set("Accept", accept)
		res := a.do(t, r)
		require.Equal(t, http.StatusServiceUnavailable, res.StatusCode, accept)
		require.Equal(t, "5", res.Header.Get("Retry-After"))
		require.Contains(t, res.body, `"too_many_readers"`)
	}
	require.Empty(t, a.feed(t, "/events").Data, "who does not wait is served")
}

func TestALongPollEndsWithTheFirstEvent(t *testing.T) {
	t.Parallel()
	a := serve(t, stores.SQLite(t))
	nothing := a.feed(t, "/events?wait=1")
	require.Empty(t, nothing.Data)
	heard := make(chan []string, 1)
	go func() {
		res, err := http.Get(a.url + "/events?wait=30&after=" + nothing.Pagination.NextCursor.MustGet())
		if err != nil {
			heard <- []string{err.Error()}
			return
		}
		defer res.Body.Close()
		var page client.EventPage
		err = json.NewDecoder(res.Body).Decode(&page)
		heard <- append(typesOf(page), fmt.Sprint(err))
	}()
	time.Sleep(300 * time.Millisecond)
	a.send(t, http.MethodPost, "/tickets", `{"title":"t","description":"d"}`)
	select {
	case got := <-heard:
		require.Equal(t, "ticket.created", got[0])
	case <-time.After(15 * time.Second):
		require.Fail(t, "nothing was heard")
	}
}

// stream reads server-sent events; fields have the lines of one.
type stream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func (a *api) stream(t *testing.T, path, last string) stream {
	t.Helper()
	r := a.request(t, http.MethodGet, path, "")
	r.Header.Set("Accept", "text/event-stream")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = res.Body.Close() })
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	return stream{t, bufio.NewScanner(res.Body)}
}

func (s stream) next() (id, kind, data string) {
	s.t.Helper()
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "id":
			id = value
		case "event":
			kind = value
		case "data":
			return id, kind, value
		}
	}
	require.Fail(s.t, "the stream ended", s.lines.Err())
	return "", "", ""
}

func TestAStreamTellsBrowsersAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	a := serve(t, stores.SQLite(t))
	a.send(t, http.MethodPost, "/tickets", `{"title":"before","description":"d"}`)
	live := a.stream(t, "/events", "")
	time.Sleep(200 * time.Millisecond)
	a.send(t, http.MethodPatch, "/tickets/1", `{"status":"closed"}`)
	id, kind, data := live.next()
	require.Equal(t, "ticket.closed", kind, "a stream begins with what happens from then on")
	page := a.feed(t, "/events")
	require.Equal(t, page.Pagination.NextCursor.MustGet(), id, "its ids are cursors")
	var shown client.Event
	require.NoError(t, json.Unmarshal([]byte(data), &shown))
	require.Equal(t, page.Data[2], shown)

	a.send(t, http.MethodPatch, "/tickets/1", `{"status":"open"}`)
	again := a.stream(t, "/events", id)
	_, kind, _ = again.next()
	require.Equal(t, "ticket.reopened", kind)
	beginning := a.feed(t, "/events?limit=1").Pagination.NextCursor.MustGet()
	_, kind, _ = a.stream(t, "/events?type=ticket.closed&after="+beginning, "").next()
	require.Equal(t, "ticket.closed", kind)
}

// Browsers accept gzip with every request.
func TestHeadOfAStreamHasItsHeaders(t *testing.T) {
	t.Parallel()
	a := serve(t, stores.SQLite(t))
	var headers []http.Header
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		r := a.request(t, method, "/events", "")
		r.Header.Set("Accept", "text/event-stream")
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		t.Cleanup(func() { _ = res.Body.Close() })
		require.Equal(t, http.StatusOK, res.StatusCode)
		require.Negative(t, res.ContentLength, "nobody knows it")
		headers = append(headers, steady(response{Response: res}))
	}
	require.Equal(t, headers[0], headers[1])
	require.Equal(t, "text/event-stream", headers[1].Get("Content-Type"))
}

func TestAStreamHoldsNothingBackWhateverItsClientUnpacks(t *testing.T) {
	t.Parallel()
	a := serve(t, stores.SQLite(t))
	for _, coding := range []string{"", "gzip, deflate, br"} {
		r := a.request(t, http.MethodGet, "/events", "")
		r.Header.Set("Accept", "text/event-stream")
		r.Header.Set("Accept-Encoding", coding)
		res, err := http.DefaultTransport.RoundTrip(r)
		require.NoError(t, err)
		defer res.Body.Close()
		require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
		lines := bufio.NewScanner(res.Body)
		require.True(t, lines.Scan())
		require.True(t, strings.HasPrefix(lines.Text(), "retry: "), lines.Text())
		a.newTicket(t, "billing", nil)
		for lines.Scan() && lines.Text() != "event: ticket.created" {
		}
		require.Equal(t, "event: ticket.created", lines.Text())
		require.True(t, lines.Scan())
		require.True(t, strings.HasPrefix(lines.Text(), `data: {"id":`), lines.Text())
	}
}
