package learning_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/httpapi/gen/client"
	"ticketd/adapters/local"
	"ticketd/tests/support/modelserver"
	"ticketd/tests/support/system"
)

func TestServe_Cascade(t *testing.T) {
	t.Parallel()
	m, env := withModel(t)
	s := system.Serve(t, env, system.Env{"AI_CLASSIFIER": "cascade"})
	requireAnswered := func(t *testing.T, ticket client.Ticket, source client.Source, model string) {
		t.Helper()
		require.Equal(t, source, ticket.ClassifiedBy.MustGet())
		record := s.Record(t, ticket.Id)
		require.Len(t, record, 1)
		require.Equal(t, source, record[0].Source)
		require.Equal(t, model, record[0].Model.MustGet())
	}

	t.Run("what the lexicon is sure of costs nothing", func(t *testing.T) {
		t.Parallel()
		const title, description = "Refund please",
			"You charged me twice, please refund the second payment of my invoice."
		requireAnswered(t, s.Create(t, title, description), client.SourceLocal, local.Version)
		require.Zero(t, m.CallsOf(title, description))
	})
	t.Run("the model is asked about the rest", func(t *testing.T) {
		t.Parallel()
		requireAnswered(t, s.Create(t, "Hm", "zorbit quandle"), client.SourceModel, "gpt-4o-mini-imitation")
		require.Equal(t, 1, m.CallsOf("Hm", "zorbit quandle"))
	})
	t.Run("if the model fails the ticket is a fallback, not an unsure guess", func(t *testing.T) {
		t.Parallel()
		m.BehaveFor("Blorf", modelserver.Refusal())
		require.Equal(t, client.AIStatusFallback, s.Create(t, "Blorf", "wibble").AiStatus)
	})
}

func TestEval_SweepAsText(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"tickets.jsonl": lines(t, few())})
	_, env := withModel(t)
	status, stdout, stderr := run(t, dir, env, "eval", "--data", "tickets.jsonl", "--classifier", "cascade",
		"--sweep", "--yes")
	require.Equal(t, 0, status, stderr)
	require.Regexp(t,
		`what CASCADE_THRESHOLD would mean:\n +threshold +calls +saved +accuracy +baseline +macro-F1 +ECE`,
		stdout)
	require.Regexp(t, `\n +0\.00 +0 +100\.0 %`, stdout)
	require.Regexp(t, `\n +1\.00 +6 +0\.0 %`, stdout)
	require.Regexp(t, `answered by:\n +stage +model.*\n +local +local-lexicon-\d.*\n +model +gpt-4o-mini`,
		stdout)
}
