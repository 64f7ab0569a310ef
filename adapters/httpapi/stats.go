package httpapi

import (
	"context"
	"net/url"
	"regexp"
	"time"

	"github.com/oapi-codegen/nullable"
	"github.com/oapi-codegen/runtime/types"

	"ticketd/adapters/httpapi/gen"
	"ticketd/app"
	"ticketd/app/evaluation"
	"ticketd/domain"
	"ticketd/ports"
)

// GetStats serves GET /stats.
func (s *server) GetStats(ctx context.Context,
	req gen.GetStatsRequestObject) (gen.GetStatsResponseObject, error) {
	var period ports.Period
	if req.Params.From != nil {
		period.From = *req.Params.From
	}
	if req.Params.To != nil {
		period.To = *req.Params.To
		if period.To.IsZero() {
			period.To = period.To.Add(time.Microsecond) // zero would mean open, and no ticket is that old
		}
	}
	stats, err := s.app.ReadStats.Handle(ctx, period)
	if err != nil {
		return nil, err
	}
	return gen.GetStats200JSONResponse{Body: statsToAPI(stats)}, nil
}

// rfc3339 excludes what time.Parse accepts against the standard: commas, hours of one digit, offsets past a
// day.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func checkTime(s string) string {
	if _, err := time.Parse(time.RFC3339, s); err != nil || !rfc3339.MatchString(s) {
		return "must be a time of RFC 3339 such as 2026-11-23T10:15:30Z; in a URL, + is written %2B"
	}
	return ""
}

// checkPeriod adds what is wrong with two times that are valid by themselves.
func checkPeriod(query url.Values, bad complaints) {
	from, fromErr := time.Parse(time.RFC3339, query.Get("from"))
	to, toErr := time.Parse(time.RFC3339, query.Get("to"))
	if fromErr == nil && toErr == nil && from.After(to) {
		bad.add("from", "must not be after to")
	}
}

func statsToAPI(s app.Stats) gen.Stats {
	t := s.Tickets
	out := gen.Stats{
		Review: gen.ReviewCounts{
			Open: t.ToReview, Corrected: t.Reviewed[domain.ReviewCorrected],
			Confirmed: t.Reviewed[domain.ReviewConfirmed],
		},
		Agreement: gen.Agreement{
			Category: ofAny(s.Reviewed.Category, s.Reviewed.N), Priority: ofAny(s.Reviewed.Priority, s.Reviewed.N),
			N: s.Reviewed.N,
		},
		Audit: gen.AuditAgreement{
			Category: ofAny(s.Audit.Category, s.Audit.N), Priority: ofAny(s.Audit.Priority, s.Audit.N),
			Ece: eceToAPI(s.Audit.Calibration), N: s.Audit.N, Drawn: t.Drawn,
		},
		Calibration: calibrationToAPI(s.Reviewed.Calibration),
		ByModel:     make([]gen.ModelAgreement, len(s.ByModel)),
		ByDay:       make([]gen.DayCount, len(s.ByDay)),
		Tickets:     gen.TicketCounts{Total: t.Total},
	}
	ticketCountsToAPI(t, &out.Tickets)
	confusionToAPI(s, &out.Confusion)
	for i, d := range s.ByDay {
		out.ByDay[i] = gen.DayCount{
			Day:     types.Date{Time: d.Day},
			Billing: d.ByCategory[domain.CategoryBilling], Technical: d.ByCategory[domain.CategoryTechnical],
			General: d.ByCategory[domain.CategoryGeneral], None: d.ByCategory[domain.Category{}],
		}
	}
	for i, m := range s.ByModel {
		out.ByModel[i] = gen.ModelAgreement{
			Source: gen.Source(m.Source.String()), Model: textToAPI(m.Model),
			PromptVersion: textToAPI(m.PromptVersion),
			Category:      ofAny(m.Category, m.N), Priority: ofAny(m.Priority, m.N),
			Ece: eceToAPI(m.Calibration), N: m.N,
		}
	}
	return out
}

func calibrationToAPI(c evaluation.Calibration) gen.Calibration {
	out := gen.Calibration{Bins: make([]gen.CalibrationBin, len(c.Bins)), Ece: eceToAPI(c), N: c.N}
	for i, b := range c.Bins {
		out.Bins[i] = gen.CalibrationBin{
			From: b.From, To: b.To, N: b.N,
			Confidence: ofAny(b.Confidence, b.N), Accuracy: ofAny(b.Accuracy, b.N),
		}
	}
	return out
}

func eceToAPI(c evaluation.Calibration) nullable.Nullable[float64] { return ofAny(c.ECE, c.N) }

func ticketCountsToAPI(t ports.TicketCounts, out *gen.TicketCounts) {
	out.ByCategory.Billing = t.ByCategory[domain.CategoryBilling]
	out.ByCategory.Technical = t.ByCategory[domain.CategoryTechnical]
	out.ByCategory.General = t.ByCategory[domain.CategoryGeneral]
	out.ByCategory.None = t.ByCategory[domain.Category{}]
	out.ByPriority.Low = t.ByPriority[domain.PriorityLow]
	out.ByPriority.Medium = t.ByPriority[domain.PriorityMedium]
	out.ByPriority.High = t.ByPriority[domain.PriorityHigh]
	out.ByPriority.None = t.ByPriority[domain.Priority{}]
	out.ByStatus.Open = t.ByStatus[domain.StatusOpen]
	out.ByStatus.Closed = t.ByStatus[domain.StatusClosed]
	out.ByAiStatus.Pending = t.ByAIStatus[domain.AIStatusPending]
	out.ByAiStatus.Done = t.ByAIStatus[domain.AIStatusDone]
	out.ByAiStatus.Fallback = t.ByAIStatus[domain.AIStatusFallback]
}

// confusionToAPI groups by what was predicted, then by what is right.
func confusionToAPI(s app.Stats, out *gen.Confusion) {
	category := func(predicted domain.Category) gen.ByCategory {
		n := func(right domain.Category) int { return s.Categories.Count(right.String(), predicted.String()) }
		return gen.ByCategory{
			Billing: n(domain.CategoryBilling), Technical: n(domain.CategoryTechnical),
			General: n(domain.CategoryGeneral),
		}
	}
	priority := func(predicted domain.Priority) gen.ByPriority {
		n := func(right domain.Priority) int { return s.Priorities.Count(right.String(), predicted.String()) }
		return gen.ByPriority{
			Low: n(domain.PriorityLow), Medium: n(domain.PriorityMedium), High: n(domain.PriorityHigh),
		}
	}
	out.Category.Billing = category(domain.CategoryBilling)
	out.Category.Technical = category(domain.CategoryTechnical)
	out.Category.General = category(domain.CategoryGeneral)
	out.Priority.Low, out.Priority.Medium = priority(domain.PriorityLow), priority(domain.PriorityMedium)
	out.Priority.High = priority(domain.PriorityHigh)
}

// ofAny returns null for a figure of nothing, which is not the same as 0.
func ofAny(figure float64, n int) nullable.Nullable[float64] {
	if n == 0 {
		return nullable.NewNullNullable[float64]()
	}
	return nullable.NewNullableWithValue(figure)
}

func textToAPI(s string) nullable.Nullable[string] {
	if s == "" {
		return nullable.NewNullNullable[string]()
	}
	return nullable.NewNullableWithValue(s)
}
