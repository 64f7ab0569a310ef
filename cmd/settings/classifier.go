package settings

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"ticketd/adapters/openai"
)

// The classifiers, as AI_CLASSIFIER names them.
const (
	classifierAuto    = "auto"
	ClassifierOpenAI  = "openai"
	ClassifierLocal   = "local"
	ClassifierCascade = "cascade"
)

// Classifier say who classifies.
type Classifier struct {
	Name       string  // "openai", "local" or "cascade"
	Threshold  float64 // of the cascade
	LocalModel string  // a file; empty for what is built in
	APIKey     string  // never log it
	BaseURL    string  // empty for OpenAI; may have credentials: never log it
	Model      string
	Timeout    time.Duration
	Redact     bool // what the model is sent
	MaxOutput  int  // tokens of an answer; 0: the dialect chooses
	Effort     string
	Headers    http.Header // never log them
	Warmup     time.Duration
	Heal       bool // classify fallbacks again once the model answers
}

// Parse checks the classifier's settings alone, for commands that need no others.
func (raw RawClassifier) Parse() (Classifier, error) {
	var r reader
	s := raw.parse(&r)
	return s, r.err()
}

func (raw RawClassifier) parse(r *reader) Classifier {
	s := Classifier{
		Name: raw.Classifier, LocalModel: raw.LocalModel,
		APIKey: raw.APIKey, BaseURL: raw.BaseURL, Model: raw.Model,
		Threshold: r.fraction("CASCADE_THRESHOLD", raw.Threshold),
		Timeout:   r.millis("AI_TIMEOUT_MS", raw.TimeoutMS, 100, 300_000),
		Redact:    r.boolean("AI_REDACT", raw.Redact),
		Heal:      r.boolean("AI_HEAL", raw.Heal),
		Effort:    parseEffort(r, raw.Effort),
		Headers:   parseHeaders(r, raw.Headers),
		Warmup:    r.millis("AI_WARMUP_MS", raw.WarmupMS, 0, 3_600_000),
	}
	if raw.MaxOutput != "" {
		s.MaxOutput = r.number("AI_MAX_OUTPUT_TOKENS", raw.MaxOutput, 64, 200_000)
	}
	switch s.Name {
	case classifierAuto:
		s.Name = ClassifierLocal
		if s.APIKey != "" {
			s.Name = ClassifierOpenAI
		}
	case ClassifierLocal:
	case ClassifierOpenAI, ClassifierCascade:
		if s.APIKey == "" && s.BaseURL == "" {
			r.complain("AI_CLASSIFIER",
				"is %s, which needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server without keys", s.Name)
		}
	default:
		r.complain("AI_CLASSIFIER", "must be auto, openai, local or cascade, not %q", s.Name)
	}
	if s.BaseURL != "" {
		if err := openai.CheckURL(s.BaseURL); err != nil {
			r.complain("OPENAI_BASE_URL", "%s", err)
		}
	}
	if strings.ContainsAny(s.APIKey, " \t\r\n") {
		r.complain("OPENAI_API_KEY", "must not contain white space")
	}
	return s
}

// efforts are the words that providers take (https://platform.openai.com/docs/guides/reasoning).
var efforts = []string{"none", "minimal", "low", "medium", "high", "xhigh"}

func parseEffort(r *reader, word string) string {
	if word = strings.ToLower(word); word != "" && !slices.Contains(efforts, word) {
		r.complain("AI_REASONING_EFFORT", "must be one of %s, not %q", strings.Join(efforts, ", "), word)
	}
	return word
}

// ownHeaders are those of the call itself.
var ownHeaders = []string{
	"Host", "Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding",
	"Connection", "Upgrade", "Te", "Trailer", "Accept-Encoding",
}

// headerLines turns \n into a line break and \\n into the two characters \n, which a value may need.
var headerLines = strings.NewReplacer(`\\n`, `\n`, `\n`, "\n")

// parseHeaders takes lines of "name: value"; a value may be empty. Complaints name the line's number, since
// its words may be secret.
func parseHeaders(r *reader, lines string) http.Header {
	h := http.Header{}
	n := 0
	for line := range strings.SplitSeq(headerLines.Replace(lines), "\n") {
		n++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, found := strings.Cut(line, ":")
		name, value = http.CanonicalHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch {
		case !found || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value):
			r.complain("AI_HEADERS", "must have lines such as name: value; line %d is none", n)
		case slices.Contains(ownHeaders, name):
			r.complain("AI_HEADERS", "must not set %s, which belongs to the call itself", name)
		default:
			h.Add(name, value)
		}
	}
	return h
}
