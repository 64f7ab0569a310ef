package settings

import (
	"regexp"
	"slices"
	"strings"
)

// parseOrigins returns the origins of a list as browsers write them (RFC 6454, section 6.2), or "*" alone.
func parseOrigins(r *reader, list string) []string {
	var origins []string
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		one, ok := parseOrigin(item)
		if !ok {
			r.complain("CORS_ORIGINS", "must be * or origins, scheme://host[:port] without a path, such as"+
				" https://desk.example.com, with commas between them, not %q", item)
			continue
		}
		if !slices.Contains(origins, one) {
			origins = append(origins, one)
		}
	}
	if len(origins) > 1 && slices.Contains(origins, "*") {
		r.complain("CORS_ORIGINS", "must be either * or a list of origins, not both")
	}
	return origins
}

// origin is a scheme, a host and a port; the slash at the end is what people copy along. A name beyond ASCII
// must come in Punycode, as browsers send it.
var origin = regexp.MustCompile(
	`^([a-z][a-z0-9+.-]*://(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+))(?::([0-9]{1,5}))?/?$`)

func parseOrigin(item string) (string, bool) {
	if item == "*" {
		return item, true
	}
	parts := origin.FindStringSubmatch(strings.ToLower(item))
	if parts == nil {
		return "", false
	}
	host, port := parts[1], parts[2]
	scheme, _, _ := strings.Cut(host, ":")
	if port == "" || scheme == "https" && port == "443" || scheme == "http" && port == "80" {
		return host, true // browsers leave these ports out
	}
	return host + ":" + port, true
}
