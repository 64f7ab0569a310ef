package webhook_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"ticketd/adapters/webhook"
	"ticketd/domain"
	"ticketd/ports"
)

const (
	secret  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	another = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("::1/128")}

// open lets requests reach receivers of this test.
func open() webhook.Options {
	return webhook.Options{Guard: webhook.Guard{AllowHTTP: true, AllowNetworks: loopback}, Version: "v1.2.3"}
}

func newSender(t *testing.T, o webhook.Options) *webhook.Sender {
	t.Helper()
	s := webhook.New(o)
	t.Cleanup(s.Close)
	return s
}

func event() domain.Event {
	return domain.Event{
		ID: 42, Type: domain.EventClosed, At: time.UnixMicro(1),
		Ticket: domain.TicketSnapshot{
			ID: 7, Title: "Refund", Description: "my invoice", Status: domain.StatusClosed,
			AIStatus: domain.AIStatusPending, Round: 1, Version: 1, CreatedAt: time.UnixMicro(0),
			UpdatedAt: time.UnixMicro(1),
		},
		Previous: &domain.TicketChange{Status: new(domain.StatusOpen)},
	}
}

func send(t *testing.T, s *webhook.Sender, url string) ports.SendResult {
	t.Helper()
	return s.Send(t.Context(), domain.Webhook{ID: 3, URL: url, Secrets: []string{secret}}, event())
}

// receiver answers as answer does.
func receiver(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

// raw is a receiver that does with each connection what a test wants, once a request has begun.
func raw(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := conn.Read(make([]byte, 64<<10)); err == nil {
					answer(conn)
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// resolver knows any name, under the address that addresses returns.
func resolver(t *testing.T, address func() netip.Addr) *net.Resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { socket.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := socket.ReadFrom(packet)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(packet[:n]) != nil {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
					Body:   &dnsmessage.AResource{A: address().As4()},
				}}
			}
			if answer, err := m.Pack(); err == nil {
				_, _ = socket.WriteTo(answer, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

func readAll(r io.Reader) string {
	b, _ := io.ReadAll(r)
	return string(b)
}
