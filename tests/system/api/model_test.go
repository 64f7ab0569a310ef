package api_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

const timeout = 1000 * time.Millisecond

func TestAHealthyModel(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		m := modelserver.New(t)
		db := fresh(t)
		s := system.Serve(t, system.On(db), system.Asking(m))

		made := s.Post(t, "Urgent: refund my invoice")
		require.Equal(t, client.AIStatusDone, made.AiStatus)
		require.Equal(t, client.CategoryBilling, made.Category.MustGet())
		require.Equal(t, client.PriorityHigh, made.Priority.MustGet())
		require.Equal(t, client.SourceModel, made.ClassifiedBy.MustGet())
		require.InDelta(t, 0.97, made.AiConfidence.MustGet(), 0.005, "the category's share, by the tokens")
		require.Equal(t, made, s.Ticket(t, made.Id))

		m.BehaveFor("An error without log-probabilities", modelserver.Right(func(c *modelserver.Completion) {
			c.NoLogprobs = true
		}))
		own := s.Post(t, "An error without log-probabilities")
		require.Equal(t, client.CategoryTechnical, own.Category.MustGet())
		require.InDelta(t, 0.9, own.AiConfidence.MustGet(), 0, "the model's own figure")
		require.Equal(t, 2, m.Calls())

		require.Zero(t, s.Terminate(patience))
		again := system.Serve(t, system.On(db), system.Asking(m))
		require.Equal(t, []client.Ticket{own, made}, again.Tickets(t))
		require.Equal(t, 2, m.Calls(), "nobody pays twice")
	})
}

// ill are behaviours of a model that leave no verdict, and how many calls each is worth: 0 for as many as fit
// the time.
var ill = map[string]struct {
	behaviour modelserver.Behaviour
	calls     int
}{
	"is late":                                {modelserver.Slow(time.Hour, 0, modelserver.Right()), 1},
	"drips":                                  {modelserver.Drip(100 * time.Millisecond), 1},
	"does not know the key":                  {modelserver.Status(http.StatusUnauthorized), 1},
	"refuses the request":                    {modelserver.Status(http.StatusBadRequest), 1},
	"has no money left":                      {modelserver.QuotaSpent(), 1},
	"is throttled for longer than we have":   {modelserver.Throttled("Retry-After", "30"), 1},
	"is throttled and does not say how long": {modelserver.Throttled(), 0},
	"is broken":                              {modelserver.Status(http.StatusInternalServerError), 0},
	"hangs up":                               {modelserver.Drop(), 0},
	"hangs up in the middle":                 {modelserver.Cut(), 0},
	"sends garbage for a completion":         {modelserver.Raw("<html>gateway</html>"), 2},
	"sends an empty object":                  {modelserver.Raw("{}"), 2},
	"sends nothing":                          {modelserver.Raw(""), 2},
	"sends no end of blanks":                 {modelserver.Huge(5 << 20), 2},
	"writes prose":                           {modelserver.Content("I think this is about billing."), 2},
	"writes no JSON":                         {modelserver.Content(`{"category":"billing"`), 2},
	"invents a category":                     {modelserver.Content(verdict("sales", "high", "0.9")), 2},
	"writes two verdicts": {
		modelserver.Content(verdict("billing", "high", "0.9") + verdict("general", "low", "0.9")), 2,
	},
	"invents a priority": {modelserver.Content(verdict("billing", "urgent", "0.9")), 2},
	"forgets the priority": {
		modelserver.Content(`{"category":"billing","confidence":0.9,"priority_confidence":0.9,"reason":""}`), 2,
	},
	"refuses":               {modelserver.Refusal(), 1},
	"is cut off":            {modelserver.CutOff(), 2},
	"is filtered":           {modelserver.Filtered(), 1},
	"gives an empty answer": {modelserver.Right(func(c *modelserver.Completion) { c.Content = "" }), 2},
	"gives no answer":       {modelserver.Right(func(c *modelserver.Completion) { c.NoChoices = true }), 2},
}

func verdict(category, priority, confidence string) string {
	return fmt.Sprintf(`{"category":%q,"priority":%q,"confidence":%s,"priority_confidence":0.9,"reason":"r"}`,
		category, priority, confidence)
}

// odd are answers that say all that counts, and what of the confidence is left.
var odd = map[string]struct {
	content    string
	confidence *float64
}{
	"writes something after the JSON": {verdict("billing", "high", "0.9") + "{}", new(0.9)},
	"writes a category in capitals":   {verdict("Billing", "high", "0.9"), new(0.9)},
	"is surer than sure":              {verdict("billing", "high", "1.01"), nil},
	"is less than unsure":             {verdict("billing", "high", "-0.1"), nil},
	"is sure beyond all numbers":      {verdict("billing", "high", "1e400"), nil},
	"says nothing but the labels":     {`{"category":"billing","priority":"high"}`, nil},
	"thinks aloud": {
		"<think>general?</think>\n```json\n" + verdict("billing", "high", "0.9") + "\n```", new(0.9),
	},
}

func TestAModelThatIsOdd(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		m := modelserver.New(t)
		s := system.Serve(t, system.On(fresh(t)), system.Asking(m))
		for how, c := range odd {
			t.Run("one that "+how+" is heard at the first call", func(t *testing.T) {
				t.Parallel()
				title := "Refund: a model that " + how
				m.BehaveFor(title, modelserver.Right(func(a *modelserver.Completion) {
					a.Content, a.NoLogprobs = c.content, true
				}))
				made := s.Post(t, title)
				require.Equal(t, client.AIStatusDone, made.AiStatus)
				require.Equal(t, client.CategoryBilling, made.Category.MustGet())
				require.Equal(t, client.PriorityHigh, made.Priority.MustGet())
				require.Equal(t, c.confidence == nil, made.AiConfidence.IsNull())
				if c.confidence != nil {
					require.InDelta(t, *c.confidence, made.AiConfidence.MustGet(), 0)
				}
				require.Equal(t, made, s.Ticket(t, made.Id))
				require.Equal(t, 1, m.CallsOf(title, system.Description))
			})
		}
	})
}

func TestAModelThatFails(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		m := modelserver.New(t)
		s := system.Serve(t, system.On(fresh(t)), system.Asking(m), system.Timeout(timeout))
		for how, c := range ill {
			t.Run("one that "+how+" leaves the fallback in time", func(t *testing.T) {
				t.Parallel()
				title := "Refund: a model that " + how
				m.BehaveFor(title, c.behaviour)
				begin := time.Now()
				made := s.Post(t, title)
				require.Less(t, time.Since(begin), timeout+5*time.Second)
				require.Equal(t, client.AIStatusFallback, made.AiStatus)
				require.Equal(t, client.CategoryGeneral, made.Category.MustGet())
				require.Equal(t, client.PriorityMedium, made.Priority.MustGet())
				require.Zero(t, made.AiConfidence.MustGet())
				require.Equal(t, client.SourceFallback, made.ClassifiedBy.MustGet())
				require.Equal(t, made, s.Ticket(t, made.Id))
				if calls := m.CallsOf(title, system.Description); c.calls > 0 {
					require.LessOrEqual(t, calls, c.calls)
				} else {
					require.Greater(t, calls, 1, "worth another attempt")
				}
			})
		}

		for how, b := range map[string]modelserver.Behaviour{
			"is broken": modelserver.Status(http.StatusInternalServerError), "is throttled": modelserver.Throttled(),
			"writes prose": modelserver.Content("Hm."),
		} {
			t.Run("one that "+how+" only once gives its verdict", func(t *testing.T) {
				t.Parallel()
				title := "Refund: a model that once " + how
				m.BehaveFor(title, modelserver.FailFirst(1, b, modelserver.Right()))
				made := s.Post(t, title)
				require.Equal(t, client.SourceModel, made.ClassifiedBy.MustGet())
				require.Equal(t, client.CategoryBilling, made.Category.MustGet())
			})
		}
	})
}

func TestAClientThatHangsUp(t *testing.T) {
	t.Parallel()
	system.OnEveryStore(t, func(t *testing.T, fresh func(t *testing.T) string) {
		m := modelserver.New(t)
		m.Behave(modelserver.Slow(300*time.Millisecond, 0, modelserver.Right()))
		s := system.Serve(t, system.On(fresh(t)), system.Asking(m))
		ctx, hangUp := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() {
			_, err := s.TryPost(ctx, "Refund my invoice", system.Description)
			gone <- err
		}()
		called(t, m, 1)
		hangUp()
		require.ErrorIs(t, <-gone, context.Canceled)

		list := s.Tickets(t)
		require.Len(t, list, 1)
		done := s.Settled(t, list[0].Id, patience)
		require.Equal(t, client.AIStatusDone, done.AiStatus)
		require.Equal(t, client.CategoryBilling, done.Category.MustGet())
		require.Equal(t, 1, m.Calls())
	})
}
