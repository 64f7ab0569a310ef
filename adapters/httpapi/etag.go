package httpapi

import (
	"regexp"
	"strconv"
	"strings"
)

// tagOf returns a strong entity tag (RFC 9110, section 8.8.3).
func tagOf(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// entityTags is the grammar of If-Match (RFC 9110, section 13.1.1), with the empty elements of a list that a
// recipient has to ignore (section 5.6.1.2).
var entityTags = regexp.MustCompile(
	`^([ \t]*\*[ \t]*|[ \t,]*(W/)?"[\x21\x23-\x7E]*"([ \t]*,[ \t,]*(W/)?"[\x21\x23-\x7E]*")*[ \t,]*)$`)

// maxIfMatch is the maximum length of If-Match in characters.
const maxIfMatch = 1000

func checkIfMatch(s string) string {
	switch {
	case len(s) > maxIfMatch:
		return "must have at most " + strconv.Itoa(maxIfMatch) + " characters"
	case !entityTags.MatchString(s):
		return `must be entity tags such as "3", with commas between them, or *`
	}
	return ""
}

// entityTag matches one tag; a comma may stand within it.
var entityTag = regexp.MustCompile(`"([^"]*)"`)

// compressedTag matches one of our tags with the suffix that compressing servers add: "-gzip" by Apache and
// Caddy (https://httpd.apache.org/docs/2.4/mod/mod_deflate.html#deflatealteretag), "--gzip" by Jetty
// (https://github.com/jetty/jetty.project/issues/1416), ";gzip" and ":gzip" by others.
var compressedTag = regexp.MustCompile(
	`^([0-9]+)(?:[-;:_+.]{1,2}(?i:x-gzip|gzip|br|brotli|zstd|deflate|df))*$`)

// versionsFromAPI returns the versions that a client is willing to change; nil is any.
func versionsFromAPI(ifMatch *string) []int64 {
	if ifMatch == nil {
		return nil
	}
	return versions(*ifMatch)
}

// versions returns the versions that If-Match names; nil for *. A weak tag counts as the strong one that it
// was: nginx, HAProxy and others weaken the tags of what they compress
// (https://github.com/hapijs/hapi/issues/3956), and a version identifies every byte of a ticket. A foreign
// tag matches nothing, even if it reads like a number.
func versions(ifMatch string) []int64 {
	if strings.TrimSpace(ifMatch) == "*" {
		return nil
	}
	list := []int64{}
	for _, tag := range entityTag.FindAllStringSubmatch(ifMatch, -1) {
		ours := compressedTag.FindStringSubmatch(tag[1])
		if ours == nil {
			continue
		}
		if v, err := strconv.ParseInt(ours[1], 10, 64); err == nil && strconv.FormatInt(v, 10) == ours[1] {
			list = append(list, v)
		}
	}
	return list
}
