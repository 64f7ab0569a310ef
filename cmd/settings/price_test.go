package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/metrics"
)

func TestPrices(t *testing.T) {
	t.Parallel()
	const input, output = "AI_PRICE_INPUT_PER_M", "AI_PRICE_OUTPUT_PER_M"
	for name, c := range map[string]struct {
		settings env
		want     *metrics.Price
		wrong    []string
	}{
		"none is unknown, not free": {nil, nil, nil},
		"both count":                {env{input: "0.15", output: "0"}, &metrics.Price{Input: 0.15}, nil},
		"one alone is a mistake":    {env{input: "0.15"}, nil, []string{output}},
		"the other alone too":       {env{output: "0.15"}, nil, []string{input}},
		"what is no price":          {env{input: "-1", output: "NaN"}, nil, []string{input, output}},
		"what is no number":         {env{input: "1,5", output: "1e7"}, nil, []string{input, output}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := server(c.settings)
			if c.wrong != nil {
				require.ElementsMatch(t, c.wrong, complaints(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, s.Price)
		})
	}
}
