package files

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"sync"

	"ticketd/domain"
)

//go:embed values.txt
var valuesText string

// values are words by field and the word of another program, in lower case.
type values map[string]map[string]string

var knownValues = sync.OnceValues(func() (values, error) {
	v := values{}
	for line := range strings.Lines(valuesText) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		meaning, words, _ := strings.Cut(line, ": ")
		field, ours, ok := strings.Cut(meaning, " ")
		if !ok {
			return nil, fmt.Errorf("values.txt: %q must be a field, a word of ours and words", line)
		}
		for _, theirs := range strings.Split(words, " | ") {
			if err := v.add(field, theirs, ours); err != nil {
				return nil, fmt.Errorf("values.txt: %w", err)
			}
		}
	}
	return v, nil
})

// newValues adds wishes of the form status:Parked=open.
func newValues(wishes []string) (values, error) {
	known, err := knownValues()
	if err != nil {
		return nil, err
	}
	v := values{}
	for field, words := range known {
		v[field] = maps.Clone(words)
	}
	for _, wish := range wishes {
		field, rest, ok := strings.Cut(wish, ":")
		at := strings.LastIndex(rest, "=")
		if !ok || at < 0 {
			return nil, fmt.Errorf("--value %s: must be FIELD:THEIRS=OURS, such as status:Parked=open", wish)
		}
		if err := v.add(strings.TrimSpace(field), rest[:at], strings.TrimSpace(rest[at+1:])); err != nil {
			return nil, fmt.Errorf("--value %s: %w", wish, err)
		}
	}
	return v, nil
}

func (v values) add(field, theirs, ours string) error {
	var err error
	switch field {
	case meansStatus:
		_, err = domain.ParseStatus(ours)
	case meansPriority:
		_, err = domain.ParsePriority(ours)
	case meansCategory:
		_, err = domain.ParseCategory(ours)
	default:
		return fmt.Errorf("the field must be %s, %s or %s", meansStatus, meansPriority, meansCategory)
	}
	if err != nil {
		return plain(err)
	}
	if v[field] == nil {
		v[field] = map[string]string{}
	}
	v[field][label(theirs)] = ours
	return nil
}

// withPipeline is a status as HubSpot writes it: Closed (Support Pipeline).
var withPipeline = regexp.MustCompile(`^(.+\S)\s*\(.+\)$`)

// ours returns our word, or theirs where nobody knows what it means.
func (v values) ours(field, theirs string) string {
	theirs = label(theirs)
	if ours, known := v[field][theirs]; known {
		return ours
	}
	if parts := withPipeline.FindStringSubmatch(theirs); parts != nil && field == meansStatus {
		if ours, known := v[field][parts[1]]; known {
			return ours
		}
	}
	return theirs
}
