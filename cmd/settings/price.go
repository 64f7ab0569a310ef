package settings

import (
	"strconv"

	"ticketd/adapters/metrics"
)

// maxPrice is above what a million tokens have ever cost, in US dollars.
const maxPrice = 1_000_000

func (raw RawPrice) parse(r *reader) *metrics.Price {
	switch {
	case raw.Input == "" && raw.Output == "":
		return nil
	case raw.Input == "":
		r.complain("AI_PRICE_INPUT_PER_M", "is missing: AI_PRICE_OUTPUT_PER_M alone gives no cost")
		return nil
	case raw.Output == "":
		r.complain("AI_PRICE_OUTPUT_PER_M", "is missing: AI_PRICE_INPUT_PER_M alone gives no cost")
		return nil
	}
	return &metrics.Price{
		Input: r.price("AI_PRICE_INPUT_PER_M", raw.Input), Output: r.price("AI_PRICE_OUTPUT_PER_M", raw.Output),
	}
}

// price also refuses "NaN".
func (r *reader) price(name, text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f >= 0 && f <= maxPrice) {
		r.complain(name, "must be a number of US dollars from 0 to %d, not %q", maxPrice, text)
	}
	return f
}
