package traffic_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/tests/bench/dataset"
	"ticketd/tests/bench/load"
	"ticketd/tests/bench/traffic"
)

// ticket is one as the API prints it.
func ticket(id int64, change ...string) string {
	t := fmt.Sprintf(
		`{"id":%d,"title":"Case %[1]d: words","description":"The field \"id\":9 is \"created_at\":\"never\".",`+
			`"status":"open","category":"billing","priority":"high","ai_status":"done","ai_confidence":0.97,`+
			`"classified_by":"model","created_by":null,"created_at":%[2]q}`,
		id, time.Unix(1e9+id, 0).UTC().Format(time.RFC3339))
	return strings.NewReplacer(change...).Replace(t)
}

func page(ids []int64, change ...string) string {
	var all []string
	for _, id := range ids {
		all = append(all, ticket(id, change...))
	}
	return `{"data":[` + strings.Join(all, ",") +
		`],"pagination":{"limit":20,"offset":0,"next_cursor":"abc","total":null,"total_is_exact":null}}`
}

// down are n numbers from first on.
func down(first int64, n int) (ids []int64) {
	for i := range n {
		ids = append(ids, first-int64(i))
	}
	return ids
}

func random() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }

// next is what a stream asks for next.
func next(t *testing.T, s load.Stream) (*http.Request, []byte) {
	t.Helper()
	in := bufio.NewReader(bytes.NewReader(s.Next(nil)))
	r, err := http.ReadRequest(in)
	require.NoError(t, err)
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.Zero(t, in.Buffered(), "the length is that of the body")
	return r, body
}

func TestOne(t *testing.T) {
	t.Parallel()
	s := traffic.One(random(), 1000)
	r, _ := next(t, s)
	id, err := strconv.ParseInt(strings.TrimPrefix(r.URL.Path, "/tickets/"), 10, 64)
	require.NoError(t, err)
	require.NoError(t, s.Check(200, []byte(ticket(id))))

	for name, c := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"a missing ticket":       {404, `{"code":"ticket_not_found"}`, "status 404"},
		"another ticket":         {200, ticket(id + 1), "instead of"},
		"a ticket without an id": {200, "{}", `no "id"`},
		"another title":          {200, ticket(id, "Case", "Kase"), "no \"title\""},
		"a pending ticket":       {200, ticket(id, `"done"`, `"pending"`), "no \"ai_status\""},
	} {
		t.Run(name+" is wrong", func(t *testing.T) {
			require.ErrorContains(t, s.Check(c.status, []byte(c.body)), c.want)
		})
	}
}

func TestList(t *testing.T) {
	t.Parallel()

	t.Run("the newest page is the last numbers", func(t *testing.T) {
		t.Parallel()
		s := traffic.List(random(), traffic.Newest(500))
		r, _ := next(t, s)
		require.Equal(t, "/tickets?limit=20", r.URL.String())
		require.NoError(t, s.Check(200, []byte(page(down(500, 20)))))
		require.ErrorContains(t, s.Check(200, []byte(page(down(499, 20)))), "tickets 499 to 480")
		require.ErrorContains(t, s.Check(200, []byte(page(down(500, 19)))), "19 tickets instead of 20")
		require.ErrorContains(t, s.Check(200, []byte(page(append(down(500, 19), 480)))), "tickets 500 to 480")
		require.ErrorContains(t, s.Check(503, nil), "status 503")
	})

	t.Run("an order that goes up somewhere is wrong", func(t *testing.T) {
		t.Parallel()
		s := traffic.List(random(), traffic.Newest(0))
		next(t, s)
		ids := down(500, 20)
		require.NoError(t, s.Check(200, []byte(page(ids))))
		ids[3], ids[4] = ids[4], ids[3]
		require.ErrorContains(t, s.Check(200, []byte(page(ids))), "stands before")
	})

	t.Run("a ticket that the filter does not match is wrong", func(t *testing.T) {
		t.Parallel()
		s := traffic.List(random(), traffic.Labelled([2]string{"billing", "high"}))
		r, _ := next(t, s)
		require.Equal(t, url.Values{"limit": {"20"}, "category": {"billing"}, "priority": {"high"}}, r.URL.Query())
		require.NoError(t, s.Check(200, []byte(page(down(500, 20)))))
		one := strings.Replace(page(down(500, 20)), `"priority":"high"`, `"priority":"low"`, 1)
		require.ErrorContains(t, s.Check(200, []byte(one)), `19 of 20 tickets have "priority":"high"`)
	})

	t.Run("behind an offset stands the ticket of that place", func(t *testing.T) {
		t.Parallel()
		s := traffic.List(random(), traffic.Skipping(1000, 50, 150))
		for range 100 {
			r, _ := next(t, s)
			offset, err := strconv.ParseInt(r.URL.Query().Get("offset"), 10, 64)
			require.NoError(t, err)
			require.GreaterOrEqual(t, offset, int64(50))
			require.LessOrEqual(t, offset, int64(150))
			require.NoError(t, s.Check(200, []byte(page(down(1000-offset, 20)))))
		}
	})
}

func TestWalk(t *testing.T) {
	t.Parallel()
	w := traffic.NewWalk(900, 100)
	r, _ := next(t, w)
	require.Equal(t, "900", r.URL.Query().Get("offset"))
	require.NoError(t, w.Check(200, []byte(page(down(100, 20)))))
	r, _ = next(t, w)
	require.Equal(t, url.Values{"limit": {"20"}, "cursor": {"abc"}}, r.URL.Query())
	require.ErrorContains(t, w.Check(200, []byte(page(down(81, 20)))), "instead of those from 80 on")
	require.NoError(t, w.Check(200, []byte(page(down(80, 20)))))
	require.ErrorContains(t, w.Check(200, []byte(strings.Replace(page(down(60, 20)), `"abc"`, "null", 1))),
		"next_cursor", "the list has ended too soon")
	require.Equal(t, []traffic.Page{
		{Query: "cursor=abc", First: 80}, {Query: "cursor=abc", First: 60},
	}, w.Pages())
}

func TestCreate(t *testing.T) {
	t.Parallel()
	const users = 3
	verdicts := map[string][2]string{
		"refund": {"billing", "high"}, "crash": {"technical", "medium"}, "greetings": {"general", "low"},
	}

	for _, queued := range []bool{false, true} {
		t.Run(fmt.Sprintf("the ticket comes back as it was sent, queued=%v", queued), func(t *testing.T) {
			t.Parallel()
			s := traffic.Create(random(), 7, traffic.Creation{Users: users, Queued: queued, Filler: dataset.Filler()})
			titles := map[string]bool{}
			for range 200 {
				r, body := next(t, s)
				require.Equal(t, "POST /tickets", r.Method+" "+r.URL.Path)
				var sent struct {
					Title, Description string
					CreatedBy          *int64
				}
				require.NoError(t, json.Unmarshal(body, &sent))
				require.False(t, titles[sent.Title], "each title is a new one")
				titles[sent.Title] = true
				require.GreaterOrEqual(t, len(sent.Description), 95)

				status, category, priority, creator := "done", "null", "null", "null"
				for word, verdict := range verdicts {
					if strings.Contains(sent.Title, word) {
						category, priority = strconv.Quote(verdict[0]), strconv.Quote(verdict[1])
					}
				}
				if queued {
					status, category, priority = "pending", "null", "null"
				}
				if sent.CreatedBy != nil {
					require.LessOrEqual(t, *sent.CreatedBy, int64(users))
					creator = strconv.FormatInt(*sent.CreatedBy, 10)
				}
				answer := fmt.Sprintf(`{"ai_status":%q,"category":%s,"created_by":%s,"id":5,"priority":%s,"title":%q}`,
					status, category, creator, priority, sent.Title)
				require.NoError(t, s.Check(201, []byte(answer)))
				require.ErrorContains(t, s.Check(200, []byte(answer)), "status 200")
				require.ErrorContains(t, s.Check(201, []byte(strings.Replace(answer, `"id":5`, `"id":0`, 1))), "no id")
				require.ErrorContains(t, s.Check(201, []byte(strings.Replace(answer, sent.Title, sent.Title+"0", 1))),
					"title")
				require.ErrorContains(t, s.Check(201, []byte(strings.Replace(answer, status, "fallback", 1))),
					"ai_status")
				require.ErrorContains(t, s.Check(201,
					[]byte(strings.Replace(answer, `"created_by":`+creator, `"created_by":8`, 1))), "creat")
			}
		})
	}
}

func TestKind(t *testing.T) {
	t.Parallel()
	require.Equal(t, "crash again",
		traffic.Kind([]byte(`{"content":"{\"title\":\"New 1-2 crash again\",\"description\":\"…\"}"}`)))
	require.Empty(t, traffic.Kind([]byte(`{"content":"billing means a refund urgent or not"}`)))
}

func TestMix(t *testing.T) {
	t.Parallel()
	s := traffic.Mix(random(), traffic.Part{Percent: 80, Stream: traffic.One(random(), 10)},
		traffic.Part{Percent: 20, Stream: traffic.List(random(), traffic.Newest(500))})
	lists := 0
	for range 1000 {
		r, _ := next(t, s)
		if r.URL.Path == "/tickets" {
			lists++
			require.NoError(t, s.Check(200, []byte(page(down(500, 20)))), "the answer goes to the stream that asked")
		}
	}
	require.InDelta(t, 200, lists, 60)
}
