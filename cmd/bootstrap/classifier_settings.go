package bootstrap

import (
	"net/url"
	"strings"
)

// The classifiers, as AI_CLASSIFIER names them.
const (
	classifierAuto    = "auto"
	classifierOpenAI  = "openai"
	classifierLocal   = "local"
	classifierCascade = "cascade"
)

func (raw RawClassifier) parse(r *reader) ClassifierSettings {
	s := ClassifierSettings{
		Name: raw.Classifier, APIKey: raw.APIKey, BaseURL: raw.BaseURL, Model: raw.Model, LocalModel: raw.LocalModel,
		Threshold: r.fraction("CASCADE_THRESHOLD", raw.Threshold),
		Timeout:   r.millis("AI_TIMEOUT_MS", raw.TimeoutMS, 100, 300_000),
		Redact:    r.boolean("AI_REDACT", raw.Redact),
	}
	switch s.Name {
	case classifierAuto:
		s.Name = classifierLocal
		if s.APIKey != "" {
			s.Name = classifierOpenAI
		}
	case classifierLocal:
	case classifierOpenAI, classifierCascade:
		if s.APIKey == "" && s.BaseURL == "" {
			r.complain("AI_CLASSIFIER", "is %s, which needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server without keys", s.Name)
		}
	default:
		r.complain("AI_CLASSIFIER", "must be auto, openai, local or cascade, not %q", s.Name)
	}
	if s.BaseURL != "" {
		u, err := url.Parse(s.BaseURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			r.complain("OPENAI_BASE_URL", "must be a URL that begins with http:// or https://")
		}
	}
	if strings.ContainsAny(s.APIKey, " \t\r\n") {
		r.complain("OPENAI_API_KEY", "must not contain white space")
	}
	return s
}
