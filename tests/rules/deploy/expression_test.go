package deploy_test

import (
	"regexp"
	"strings"
)

// expression is what a query in PromQL names, as far as it can be told without a parser: every word that is
// no function, no keyword and no label is a metric.
type expression struct {
	metrics  map[string][]string // the labels that are asked for, by metric
	grouping []string            // the labels of by and without
}

var (
	text      = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	variables = regexp.MustCompile(`\$\w+`)
	periods   = regexp.MustCompile(`\[[^\]]*\]`)
	groups    = regexp.MustCompile(`\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)`)
	selectors = regexp.MustCompile(`\b([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{([^}]*)\})?\s*(\(?)`)
	matcher   = regexp.MustCompile(`([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)`)
	keywords  = map[string]bool{"and": true, "or": true, "unless": true, "offset": true, "bool": true}
)

func parse(query string) expression {
	e := expression{metrics: map[string][]string{}}
	query = text.ReplaceAllString(query, `""`)
	query = periods.ReplaceAllString(variables.ReplaceAllString(query, ""), "")
	for _, g := range groups.FindAllStringSubmatch(query, -1) {
		for label := range strings.SplitSeq(g[1], ",") {
			e.grouping = append(e.grouping, strings.TrimSpace(label))
		}
	}
	query = groups.ReplaceAllString(query, "")
	for _, s := range selectors.FindAllStringSubmatch(query, -1) {
		name, labels, call := s[1], s[2], s[3] != ""
		if call || keywords[name] || isNumber(name) {
			continue
		}
		e.metrics[name] = append(e.metrics[name], labelsOf(labels)...)
	}
	return e
}

// labelsOf are those that a selector compares.
func labelsOf(inBraces string) []string {
	var list []string
	for _, m := range matcher.FindAllStringSubmatch(inBraces, -1) {
		list = append(list, m[1])
	}
	return list
}

// isNumber: of 1e3 the search finds e3.
func isNumber(name string) bool { return regexp.MustCompile(`^e\d+$`).MatchString(name) }
