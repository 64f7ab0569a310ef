package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"ticketd/domain"
	"ticketd/ports"
)

// The values of labels that the domain has no name for.
const (
	noError = "none"
	other   = "other"

	outcomeDone     = "done"
	outcomeFallback = "fallback"
)

// attemptBuckets reach, in seconds, from the offline classifier's time to that of a model that thinks long.
var attemptBuckets = []float64{.001, .005, .025, .1, .25, .5, 1, 2, 4, 8, 15, 30, 60}

// confidenceBuckets are fine where thresholds usually lie.
var confidenceBuckets = []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99, 1}

// Classifications count what the core does.
type Classifications struct {
	parts
	options Options

	ended         *prometheus.CounterVec
	attempts      *prometheus.CounterVec
	took          *prometheus.HistogramVec
	confidence    *prometheus.HistogramVec
	unknown       *prometheus.CounterVec
	tokens        *prometheus.CounterVec
	cost          *prometheus.CounterVec
	retries       prometheus.Counter
	cascade       *prometheus.CounterVec
	events        *prometheus.CounterVec
	swept         *prometheus.CounterVec
	letters       *prometheus.CounterVec
	corrections   *prometheus.CounterVec
	confirmations prometheus.Counter
	healed        prometheus.Counter
	dropped       *prometheus.GaugeVec
}

var _ ports.Meter = (*Classifications)(nil)

func newClassifications(o Options) *Classifications {
	c := &Classifications{options: o}
	c.countCalls()
	c.countRounds()
	c.countPeople()
	c.begin()
	return c
}

func (c *Classifications) countCalls() {
	c.attempts = counter("ticketd_classification_attempts_total",
		"Calls of a classifier, by its kind and the code of the error, none for an answer.", "source", "error_code")
	c.took = histogram("ticketd_classification_attempt_duration_seconds",
		"Time of one call of a classifier, failed ones included.", attemptBuckets, "source")
	c.tokens = counter("ticketd_tokens_total",
		"Tokens that the model's provider counted, failed calls and those that wake it included.", "model",
		"direction")
	c.cost = counter("ticketd_ai_cost_dollars_total",
		"Estimated cost of the tokens by AI_PRICE_INPUT_PER_M and AI_PRICE_OUTPUT_PER_M.", "model")
	c.retries = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "ticketd_classification_retries_total", Help: "Failed calls that another one follows.",
	})
	c.dropped = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "ticketd_model_parameter_dropped",
		Help: "1 for a parameter that the model's server does not take and calls go without.",
	}, []string{"parameter"})
	c.parts = append(c.parts, c.attempts, c.took, c.tokens, c.retries, c.dropped)
	if c.options.Price != nil {
		c.parts = append(c.parts, c.cost)
	}
}

func (c *Classifications) countRounds() {
	c.ended = counter("ticketd_classifications_total",
		"Rounds of classification that ended and count, by what decided and how it ended: done or fallback.",
		"source", "outcome")
	c.confidence = histogram("ticketd_classification_confidence_ratio",
		"Confidence in the category of verdicts that count and come with one.", confidenceBuckets, "source")
	c.unknown = counter("ticketd_classification_confidence_unknown_total",
		"Verdicts that count and whose confidence nobody knows.", "source")
	c.cascade = counter("ticketd_cascade_calls_total",
		"Classifications of a cascade by the stage that decided; "+
			"each that the first stage decided is a call of the model saved.", "stage")
	c.events = counter("ticketd_events_total",
		"Events for the workers, published or failed; the tickets of failed ones are found later.", "outcome")
	c.swept = counter("ticketd_swept_tickets_total",
		"Tickets that a sweep took up: due for another attempt or left over, "+
			"announced again because their event was lost, or fallbacks whose cause has passed.", "found")
	c.letters = counter("ticketd_dead_letters_total", "Dead letters written, by the code of the cause.", "cause")
	c.healed = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "ticketd_fallbacks_healed_total",
		Help: "Fallbacks that got a verdict after all, by themselves or because somebody asked.",
	})
	c.parts = append(c.parts,
		c.ended, c.confidence, c.unknown, c.cascade, c.events, c.swept, c.letters, c.healed)
}

func (c *Classifications) countPeople() {
	c.corrections = counter("ticketd_corrections_total",
		"Labels that a person set to something else than what was there.", "field")
	c.confirmations = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "ticketd_confirmations_total", Help: "Tickets whose labels a person found right.",
	})
	c.parts = append(c.parts, c.corrections, c.confirmations)
}

// begin shows every figure from the start: a counter that appeared with its first event would hide it from
// rate().
func (c *Classifications) begin() {
	for _, source := range machines {
		c.ended.WithLabelValues(source.String(), outcomeDone)
		c.took.WithLabelValues(source.String())
		c.confidence.WithLabelValues(source.String())
		c.unknown.WithLabelValues(source.String())
		for code := range codes {
			c.attempts.WithLabelValues(source.String(), code)
		}
	}
	c.ended.WithLabelValues(domain.SourceFallback.String(), outcomeFallback)
	for code := range codes {
		if code != noError {
			c.letters.WithLabelValues(code)
		}
	}
	for vec, values := range map[*prometheus.CounterVec][]string{
		c.cascade: {"first", "second"}, c.events: {"published", "failed"},
		c.swept:       {string(ports.FoundDue), string(ports.FoundLost), string(ports.FoundHeal)},
		c.corrections: {string(ports.FieldCategory), string(ports.FieldPriority)},
	} {
		for _, v := range values {
			vec.WithLabelValues(v)
		}
	}
	for _, name := range c.options.Parameters {
		c.ParameterDropped(name, false)
	}
	if c.options.Model != "" {
		c.spend(c.options.Model, 0, 0)
	}
}

// machines are the sources that can be asked.
var machines = []domain.Source{domain.SourceModel, domain.SourceLocal}
