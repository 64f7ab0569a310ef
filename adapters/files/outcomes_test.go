package files_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/files"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

func TestOutcomes(t *testing.T) {
	t.Parallel()
	text, err := domain.NewText("Title", "Description")
	require.NoError(t, err)
	verdict, err := domain.NewVerdict(domain.CategoryBilling, domain.PriorityLow, new(0.9), nil, "")
	require.NoError(t, err)
	ticket := ports.LabelledTicket{
		ID: "7", Text: text, Category: domain.CategoryGeneral, Priority: domain.PriorityHigh,
	}
	outcomes := []evaluation.Outcome{
		{
			Ticket: ticket,
			Answer: domain.Answer{Verdict: verdict, Source: domain.SourceModel, Model: "m", PromptVersion: "p"},
		},
		{Ticket: ticket, Err: domain.ErrThrottled},
	}
	path := filepath.Join(t.TempDir(), "outcomes.jsonl")
	require.NoError(t, files.WriteOutcomes(path, outcomes))

	t.Run("are read back as predictions", func(t *testing.T) {
		t.Parallel()
		read, err := files.ReadOutcomes(t.Context(), path)
		require.NoError(t, err)
		require.Equal(t, evaluation.PredictionsOf(outcomes), read)
	})
	t.Run("keep their documented names, and nothing of the text", func(t *testing.T) {
		t.Parallel()
		written, err := os.ReadFile(path)
		require.NoError(t, err)
		hash := evaluation.TextHash(text)
		require.Equal(t,
			`{"id":"7","text_hash":"`+hash+`","right":"general","category":"billing","confidence":0.9,`+
				`"right_priority":"high","priority":"low","priority_confidence":null,"classified_by":"model",`+
				`"model":"m","prompt_version":"p"}
{"id":"7","text_hash":"`+hash+`","right":"general","category":"","confidence":null,"right_priority":"high",`+
				`"priority":"","priority_confidence":null,"classified_by":"","model":"","error":"`+
				domain.ErrThrottled.Error()+`"}
`, string(written))
	})
	t.Run("a line of something else is named", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "other.jsonl")
		require.NoError(t, os.WriteFile(path, []byte(`{"id":"7","text_hash":"","right":"x"}`), 0o600))
		_, err := files.ReadOutcomes(t.Context(), path)
		require.EqualError(t, err, path+":1: is no outcome: ticketd eval --outcomes writes them")
	})
}
