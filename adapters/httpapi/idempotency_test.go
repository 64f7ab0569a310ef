package httpapi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi"
	"ticketd/adapters/httpapi/gen/client"
	"ticketd/domain"
)

// keyed is a POST of a ticket with an Idempotency-Key.
func (a *api) keyed(t *testing.T, key, body string) *http.Request {
	t.Helper()
	r := a.request(t, http.MethodPost, "/tickets", body)
	r.Header.Set("Idempotency-Key", key)
	return r
}

// once sends a POST with an Idempotency-Key.
func (a *api) once(t *testing.T, key, body string) response {
	t.Helper()
	return a.do(t, a.keyed(t, key, body))
}

// counting classifies by word and counts the calls.
func counting(calls *atomic.Int32) func(*setup) {
	return func(s *setup) {
		next := s.classifier
		s.classifier = domain.ClassifierFunc(func(ctx context.Context, text domain.Text) (domain.Answer, error) {
			calls.Add(1)
			return next.Classify(ctx, text)
		})
	}
}

func TestARepeatedRequest(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("gets 201 and the ticket as it is now, unpaid", func(t *testing.T) {
			t.Parallel()
			calls := &atomic.Int32{}
			a := serve(t, open(t), counting(calls))
			first := a.once(t, "k", titled(`"billing"`))
			require.Equal(t, http.StatusCreated, first.StatusCode, first.body)
			require.JSONEq(t, first.body, a.once(t, "k", titled(`"billing"`)).body)

			where := first.Header.Get("Location")
			edited := a.do(t, a.request(t, http.MethodPatch, where, `{"status":"closed","category":"technical"}`))
			again := a.once(t, "k", titled(`"billing"`))
			require.Equal(t, http.StatusCreated, again.StatusCode, again.body)
			require.Equal(t, where, again.Header.Get("Location"))
			require.JSONEq(t, edited.body, again.body)
			require.EqualValues(t, 1, calls.Load())
			require.Len(t, a.page(t, "/tickets").Data, 1)
		})

		t.Run("with other fields gets 422, and nothing happens", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			ann := a.newUser(t, "Ann", "ann@example.com")
			first := a.once(t, "k", `{"title":"ab","description":"c"}`)
			for _, other := range []string{
				`{"title":"ab","description":"d"}`, `{"title":"aB","description":"c"}`,
				`{"title":"a","description":"bc"}`, `{"title":"ab ","description":"c"}`,
				fmt.Sprintf(`{"title":"ab","description":"c","createdBy":%d}`, ann.Id),
			} {
				res := a.once(t, "k", other)
				require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, other)
				require.Contains(t, res.body, `"idempotency_key_reused"`)
			}
			require.Len(t, a.page(t, "/tickets").Data, 1)
			require.JSONEq(t, first.body, a.once(t, "k", `{"title":"ab","description":"c"}`).body)
		})

		t.Run("may spell the same fields otherwise", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			first := a.once(t, "k", `{"title":"Ünï \"x\"","description":"d","createdBy":`+fmt.Sprint(a.newUser(t, "n",
				"n@example.com").Id)+`}`)
			require.Equal(t, http.StatusCreated, first.StatusCode, first.body)
			for _, same := range []string{
				`{"createdBy":1,"description":"d","title":"Ünï \"x\""}`,
				"\n{ \"description\" : \"d\",\t\"createdBy\":1, \"title\":\"\\u00dcn\\u00EF \\u0022x\\u0022\" }\n",
				`{"\u0074itle":"Ünï \"x\"","descripti\u006fn":"\u0064","createdBy":1}`,
			} {
				res := a.once(t, "k", same)
				require.Equal(t, http.StatusCreated, res.StatusCode, same)
				require.JSONEq(t, first.body, res.body)
			}
		})

		t.Run("is known to another process on the same store", func(t *testing.T) {
			t.Parallel()
			s := open(t)
			calls := &atomic.Int32{}
			first := serve(t, s, counting(calls)).once(t, "k", titled(`"t"`))
			b := serve(t, s, counting(calls))
			require.JSONEq(t, first.body, b.once(t, "k", titled(`"t"`)).body)
			require.Equal(t, http.StatusUnprocessableEntity, b.once(t, "k", titled(`"u"`)).StatusCode)
			require.EqualValues(t, 1, calls.Load())
		})

		t.Run("keeps its creator, whoever became admin or went meanwhile", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			ann := a.newUser(t, "Ann", "ann@example.com")
			body := fmt.Sprintf(`{"title":"t","description":"d","createdBy":%d}`, ann.Id)
			first := a.once(t, "k", body)
			a.newUser(t, "admin", "admin@example.com")
			require.JSONEq(t, first.body, a.once(t, "k", body).body)
			removed, err := a.DeleteUserWithResponse(t.Context(), ann.Id)
			require.NoError(t, err)
			require.Equal(t, http.StatusNoContent, removed.StatusCode())
			again := a.once(t, "k", body)
			require.Equal(t, http.StatusCreated, again.StatusCode, again.body)
			require.Contains(t, again.body, `"created_by":null`)
		})

		t.Run("of queue mode gets 201 and pending", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), func(s *setup) { s.queued = true })
			first := a.once(t, "k", titled(`"t"`))
			again := a.once(t, "k", titled(`"t"`))
			require.Equal(t, http.StatusCreated, again.StatusCode, again.body)
			require.Contains(t, again.body, `"ai_status":"pending"`)
			require.JSONEq(t, first.body, again.body)
			require.Equal(t, http.StatusUnprocessableEntity, a.once(t, "k", titled(`"u"`)).StatusCode)
		})
	})
}

func TestAKeyForRepetitions(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		t.Run("stays free when the first request is refused", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			for _, refused := range []*http.Request{
				a.keyed(t, "k", titled(`" "`)), a.keyed(t, "k", `{`), a.keyed(t, "k", by("77")),
				a.keyed(t, "k", strings.Repeat(" ", 300<<10)),
				hostile{method: "POST", path: "/tickets", body: titled(`"t"`),
					header: http.Header{"Idempotency-Key": {"k"}, "Content-Type": {"text/plain"}}}.request(t, a),
			} {
				require.GreaterOrEqual(t, a.do(t, refused).StatusCode, http.StatusBadRequest)
			}
			require.Equal(t, http.StatusCreated, a.once(t, "k", titled(`"t"`)).StatusCode)
		})

		t.Run("stays free when the store fails", func(t *testing.T) {
			t.Parallel()
			s := open(t)
			broken := serve(t, s, func(cfg *setup) {
				cfg.store = faulty{s, func() error { return domain.ErrStoreUnavailable }}
			})
			require.Equal(t, http.StatusServiceUnavailable, broken.once(t, "k", titled(`"t"`)).StatusCode)
			require.Equal(t, http.StatusCreated, serve(t, s).once(t, "k", titled(`"u"`)).StatusCode)
		})

		t.Run("is told from others byte by byte, and none is none", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t))
			seen := map[int64]bool{}
			for _, key := range []string{
				"k", "K", "k k", `"k"`, "k'--", strings.Repeat("k", 255), strings.Repeat("k", 254), "%6b", "~!",
			} {
				res := a.once(t, key, titled(`"t"`))
				require.Equal(t, http.StatusCreated, res.StatusCode, res.body)
				require.JSONEq(t, res.body, a.once(t, key, titled(`"t"`)).body, key)
				seen[idIn(t, res.body)] = true
			}
			for range 2 {
				seen[a.newTicket(t, "t", nil).Id] = true
			}
			require.Len(t, seen, 11)
		})

		t.Run("belongs to the API key that sent it", func(t *testing.T) {
			t.Parallel()
			a := serve(t, open(t), func(s *setup) {
				s.keys = []httpapi.Key{
					httpapi.NewKey("team", "team-key-0123456789"), httpapi.NewKey("robot", "robot-key-0123456789"),
				}
			})
			create := func(who, title string) response {
				r := a.keyed(t, "k", titled(title))
				r.Header.Set("Authorization", "Bearer "+who+"-key-0123456789")
				return a.do(t, r)
			}
			team, robot := create("team", `"t"`), create("robot", `"of another"`)
			require.Equal(t, http.StatusCreated, robot.StatusCode, robot.body)
			require.NotEqual(t, idIn(t, team.body), idIn(t, robot.body))
			require.JSONEq(t, team.body, create("team", `"t"`).body)
			require.JSONEq(t, robot.body, create("robot", `"of another"`).body)
			require.Equal(t, http.StatusUnauthorized, create("nobody", `"t"`).StatusCode)
		})
	})
}

func TestAnIdempotencyKeyThatIsNone(t *testing.T) {
	t.Parallel()
	onEveryStore(t, func(t *testing.T, open func(t *testing.T) store) {
		a := serve(t, open(t))
		for name, values := range map[string][]string{
			"empty": {""}, "blank": {"  "}, "too long": {strings.Repeat("k", 256)}, "of another script": {"schlüssel"},
			"with a tab": {"a\tb"}, "not UTF-8": {"a\xffb"}, "given twice": {"k", "k"},
			"given twice, once empty": {"", "k"},
		} {
			t.Run("because it is "+name+" is refused by name", func(t *testing.T) {
				t.Parallel()
				h := hostile{method: "POST", path: "/tickets", body: titled(`" "`),
					header: http.Header{"Idempotency-Key": values},
					fields: []string{"Idempotency-Key", "title"}}
				h.check(t, a.do(t, h.request(t, a)))
			})
		}
	})
}

// idIn returns the id of a ticket in JSON.
func idIn(t *testing.T, body string) int64 {
	t.Helper()
	return read[client.Ticket](t, body).Id
}
