package redact_test

import (
	"strings"
	"testing"

	"ticketd/adapters/openai/internal/redact"
)

func BenchmarkText(b *testing.B) {
	const ticket = "Hello, I was charged twice for order 4711-2024-000123 on 12/05/2024: 49.99 EUR each. " +
		"My account is jane.doe@example.com, " +
		"the card is 4111 1111 1111 1111. The app (version 2.14.3) says: error 500, request " +
		"550e8400-e29b-41d4-a716-446655440000. " +
		"Please refund one of the payments as soon as you can, or call me on +49 170 1234567. Thanks, Jane"
	for name, text := range map[string]string{
		"typical": ticket,
		"typical_cyrillic": "Здравствуйте, с меня дважды списали деньги за заказ 4711. Моя почта " +
			"ivan@example.com, верните один платёж, пожалуйста.",
		"20000_clean":        strings.Repeat("The app crashes when I open the invoice. ", 500)[:20_000],
		"20000_of_secrets":   strings.Repeat(ticket, 60)[:20_000],
		"20000_hostile":      strings.Repeat("pw:", 6_666),
		"20000_not_in_ASCII": strings.Repeat("приложение падает, ", 1_053),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				redact.Text(text)
			}
		})
	}
}
