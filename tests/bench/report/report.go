// Package report makes medians, ratios, a table and JSON of what was measured.
package report

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
)

// Sample is one measurement. A figure that does not apply or could not be measured is 0.
type Sample struct {
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	// Processor milliseconds per request. Generator is the client's: ours, or pgbench.
	Server    float64 `json:"server_cpu_ms"`
	Postgres  float64 `json:"postgres_cpu_ms"`
	Redis     float64 `json:"redis_cpu_ms"`
	Model     float64 `json:"model_cpu_ms"`
	Generator float64 `json:"generator_cpu_ms"`
	// Foreign is how many processors were at work for none of these: other programs, and the kernel.
	Foreign    float64            `json:"foreign_cpus"`
	PeakMiB    float64            `json:"server_peak_mib"`
	Wrong      int                `json:"wrong"`
	FirstWrong string             `json:"first_wrong,omitempty"`
	Extra      map[string]float64 `json:"extra,omitempty"` // of this scenario alone
}

// Cost is the processor time of a request in milliseconds: of the server and of PostgreSQL.
func (s Sample) Cost() float64 { return s.Server + s.Postgres }

func (s Sample) rate() float64 { return s.PerSecond }

// Series holds the samples of one contender, one per round.
type Series struct {
	Contender string   `json:"contender"`
	Samples   []Sample `json:"samples"`
	Median    Sample   `json:"median"`
}

// Scenario holds the measurements of one scenario; the first series is compared with the others.
type Scenario struct {
	Name    string   `json:"name"`
	Clients int      `json:"clients"`
	Series  []Series `json:"series"`
	// Ratios are the first contender's requests per second in terms of each other's, CostRatios its Cost: the
	// medians of the rounds.
	Ratios     map[string]float64 `json:"ratios"`
	CostRatios map[string]float64 `json:"cost_ratios"`
}

// Report is a whole run.
type Report struct {
	Setup     []string    `json:"setup"` // lines that say what was measured on
	Scenarios []*Scenario `json:"scenarios"`
}

// Add adds a sample of the current round.
func (s *Scenario) Add(contender string, sample Sample) {
	i := slices.IndexFunc(s.Series, func(other Series) bool { return other.Contender == contender })
	if i < 0 {
		s.Series = append(s.Series, Series{Contender: contender})
		i = len(s.Series) - 1
	}
	s.Series[i].Samples = append(s.Series[i].Samples, sample)
	s.summarise()
}

func (s *Scenario) summarise() {
	s.Ratios, s.CostRatios = map[string]float64{}, map[string]float64{}
	for i, other := range s.Series {
		s.Series[i].Median = median(other.Samples)
		if i > 0 {
			s.Ratios[other.Contender] = ratio(s.Series[0].Samples, other.Samples, Sample.rate)
			s.CostRatios[other.Contender] = ratio(s.Series[0].Samples, other.Samples, Sample.Cost)
		}
	}
}

// Wrong returns the number of wrong answers in all scenarios.
func (r *Report) Wrong() (n int) {
	for _, s := range r.Scenarios {
		for _, series := range s.Series {
			n += series.Median.Wrong
		}
	}
	return n
}

// WriteJSON writes all samples and their medians.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// median takes the median of each figure by itself; wrong answers are added up.
func median(samples []Sample) Sample {
	of := func(figure func(Sample) float64) float64 {
		var all []float64
		for _, s := range samples {
			all = append(all, figure(s))
		}
		return middle(all)
	}
	m := Sample{
		PerSecond: of(func(s Sample) float64 { return s.PerSecond }),
		P50:       of(func(s Sample) float64 { return s.P50 }),
		P95:       of(func(s Sample) float64 { return s.P95 }),
		P99:       of(func(s Sample) float64 { return s.P99 }),
		Server:    of(func(s Sample) float64 { return s.Server }),
		Postgres:  of(func(s Sample) float64 { return s.Postgres }),
		Redis:     of(func(s Sample) float64 { return s.Redis }),
		Model:     of(func(s Sample) float64 { return s.Model }),
		Generator: of(func(s Sample) float64 { return s.Generator }),
		Foreign:   of(func(s Sample) float64 { return s.Foreign }),
		PeakMiB:   of(func(s Sample) float64 { return s.PeakMiB }),
	}
	for _, s := range samples {
		m.Wrong += s.Wrong
		if m.FirstWrong == "" {
			m.FirstWrong = s.FirstWrong
		}
	}
	for _, name := range slices.Sorted(maps.Keys(samples[0].Extra)) {
		if m.Extra == nil {
			m.Extra = map[string]float64{}
		}
		m.Extra[name] = of(func(s Sample) float64 { return s.Extra[name] })
	}
	return m
}

// ratio returns the median of the rounds' ratios of a figure, so that a slow drift of the machine cancels
// out. Without a common round it is 0.
func ratio(of, to []Sample, figure func(Sample) float64) float64 {
	var all []float64
	for i := range min(len(of), len(to)) {
		if figure(to[i]) > 0 {
			all = append(all, figure(of[i])/figure(to[i]))
		}
	}
	return middle(all)
}

// middle returns the median: with an even number of values, the mean of the middle two.
func middle(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
