package local_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/local"
	"ticketd/domain"
)

const typicalTicket = `Hello, since the update on Tuesday our team cannot log in to the dashboard any more.
After entering the password the page stays blank, and sometimes an error message with code 502 appears. We
tried another browser and cleared the cache, without success. Three customers have complained already, so
please look into it as soon as possible. My account number is 4711. Thank you!`

func BenchmarkClassify(b *testing.B) {
	for name, description := range map[string]string{
		"a sentence":        "I was charged twice for my order, please refund one payment.",
		"a typical ticket":  typicalTicket,
		"20,000 characters": strings.Repeat(typicalTicket, 60)[:20_000],
		"nothing known":     strings.Repeat("blorfing zangular wibbletons ", 12),
	} {
		b.Run(name, func(b *testing.B) {
			c := local.New()
			text, err := domain.NewText("Login broken", description)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Classify(b.Context(), text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, local.Compile())
	}
}
