package files

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed heads.txt
var headsText string

// head is the header row of another program's export.
type head struct {
	name  string
	signs [][]string          // folded names: one of each must be there
	means map[string][]string // folded names by meaning, the best first
}

// ownExport is the head of what ticketd itself writes.
const ownExport = "ticketd"

// knownHeads are those of heads.txt. The last one is that of every other file.
var knownHeads = sync.OnceValues(func() ([]head, error) { return parseHeads(headsText) })

func parseHeads(text string) ([]head, error) {
	var heads []head
	number := 0
	for line := range strings.Lines(strings.ReplaceAll(text, "\n| ", " | ")) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") || line == "#" {
			continue
		}
		if name, ok := strings.CutPrefix(line, "["); ok {
			heads = append(heads, newHead(strings.TrimSuffix(name, "]")))
			continue
		}
		key, names, ok := strings.Cut(line, ": ")
		if !ok || len(heads) == 0 || key != "sign" && !isMeaning(key) {
			return nil, fmt.Errorf("heads.txt: entry %d: must be a meaning and names", number)
		}
		folded := strings.Split(names, " | ")
		for i := range folded {
			folded[i] = fold(folded[i])
		}
		h := &heads[len(heads)-1]
		if key == "sign" {
			h.signs = append(h.signs, folded)
			continue
		}
		h.means[key] = folded
	}
	return heads, nil
}

// newHead returns a head before its lines are read. Our own export and other files call a field by its name.
func newHead(name string) head {
	h := head{name: name, means: map[string][]string{}}
	switch name {
	case ownExport:
		for _, meaning := range slices.Concat(usedMeanings, keptMeanings) {
			h.means[meaning] = []string{fold(meaning)}
		}
	case "":
		for _, meaning := range usedMeanings {
			h.means[meaning] = []string{fold(meaning)}
		}
	}
	return h
}

// known reports whether h is the head of a known export.
func (h head) known() bool { return h.name != "" }

// recognise returns the export whose head the folded names are.
func recognise(heads []head, folded map[string]int) head {
	for _, h := range heads {
		if h.signedBy(folded) {
			return h
		}
	}
	return head{}
}

func (h head) signedBy(folded map[string]int) bool {
	for _, names := range h.signs {
		if _, ok := oneOf(names, folded); !ok {
			return false
		}
	}
	return true
}

// oneOf returns the column of the first of the names that is there.
func oneOf(names []string, folded map[string]int) (at int, ok bool) {
	for _, name := range names {
		if at, ok := folded[name]; ok {
			return at, true
		}
	}
	return 0, false
}
