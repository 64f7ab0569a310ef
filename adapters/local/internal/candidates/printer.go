package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"ticketd/adapters/local"
	"ticketd/adapters/local/lexicon"
)

type printer struct {
	out  io.Writer
	errs []error
}

func (p *printer) line(format string, args ...any) {
	if _, err := fmt.Fprintf(p.out, format+"\n", args...); err != nil {
		p.errs = append(p.errs, err)
	}
}

// misread lists English words that the lexicon takes for misspelt ones.
func (p *printer) misread(d *dictionary) {
	p.line("# misread: frequency, word, what it is read as")
	c := local.New()
	printed := map[string]bool{}
	for _, lemma := range byFrequency(d.frequency) {
		for _, form := range forms(lemma) {
			if as, _ := c.Word(form); as != "" && !printed[form] {
				printed[form] = true
				p.line("%d\t%s\t%s", d.frequency[lemma], form, as)
			}
		}
	}
}

// synonyms lists words that mean the same as a word of a concept.
func (p *printer) synonyms(d *dictionary, u usage) error {
	lex, err := lexicon.Parse(lexicon.BuiltIn())
	if err != nil {
		return err
	}
	p.line("# synonyms: concept, its word, synonym, its frequency, tickets by category")
	c := local.New()
	for _, concept := range lex.Concepts {
		printed := map[string]bool{}
		for _, cue := range concept.Cues {
			word := strings.Trim(cue.Words, lexicon.Any)
			for _, synonym := range d.synonyms[word] {
				if _, known := c.Word(synonym); !known && !printed[synonym] && d.frequency[synonym] > 0 {
					printed[synonym] = true
					p.line("%s\t%s\t%s\t%d\t%s", concept.Name, word, synonym, d.frequency[synonym], u.of(synonym))
				}
			}
		}
	}
	return nil
}

// minTickets is in how many tickets an unknown word occurs that is worth a look.
const minTickets = 4

func (p *printer) unknown(u usage) {
	p.line("# unknown: word, tickets by category (billing, technical, general)")
	c := local.New()
	total := map[string]int{}
	for word, n := range u {
		if _, known := c.Word(word); !known && n[0]+n[1]+n[2] >= minTickets {
			total[word] = n[0] + n[1] + n[2]
		}
	}
	for _, word := range byFrequency(total) {
		p.line("%s\t%s", word, u.of(word))
	}
}

func (u usage) of(word string) string {
	n := u[word]
	if n == nil {
		n = &[3]int{}
	}
	return fmt.Sprintf("%d/%d/%d", n[0], n[1], n[2])
}

func byFrequency(frequency map[string]int) []string {
	return slices.SortedFunc(maps.Keys(frequency), func(a, b string) int {
		return cmp.Or(cmp.Compare(frequency[b], frequency[a]), cmp.Compare(a, b))
	})
}
