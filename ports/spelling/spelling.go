// Package spelling finds the name that a mistyped one stands for.
package spelling

import "strings"

// Meant returns the one known name that is nearest to a name that is not known: the same but for case and
// separators, or within a letter or two. It returns "" if none is near, or several are equally near.
func Meant(name string, known []string) string {
	meant, nearest, tied := "", -1, false
	typed := bare(name)
	for _, k := range known {
		d, near := distance(typed, bare(k))
		switch {
		case !near || nearest >= 0 && d > nearest:
		case d == nearest:
			tied = true
		default:
			meant, nearest, tied = k, d, false
		}
	}
	if tied {
		return ""
	}
	return meant
}

var separators = strings.NewReplacer("_", "", "-", "", ".", "", " ", "")

func bare(name string) string { return separators.Replace(strings.ToLower(name)) }

// allowed is how many letters of a name may be wrong: a short one would be like too many words.
func allowed(name string) int {
	switch n := len(name); {
	case n < 4:
		return 0
	case n < 6:
		return 1
	}
	return 2
}

// distance counts the letters to add, drop, change or swap with their neighbours, and reports whether that is
// allowed (optimal string alignment). It is counted in bytes: our own names are ASCII.
func distance(typed, known string) (n int, near bool) {
	limit := allowed(known)
	if len(typed)-len(known) > limit || len(known)-len(typed) > limit {
		return 0, false
	}
	var before []int
	last := make([]int, len(known)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(typed); i++ {
		row := make([]int, len(known)+1)
		row[0] = i
		for j := 1; j <= len(known); j++ {
			changed := last[j-1]
			if typed[i-1] != known[j-1] {
				changed++
			}
			row[j] = min(last[j]+1, row[j-1]+1, changed)
			if i > 1 && j > 1 && typed[i-1] == known[j-2] && typed[i-2] == known[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	n = last[len(known)]
	return n, n <= limit
}
