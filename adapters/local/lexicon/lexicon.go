// Package lexicon reads what the offline classifier knows about words from text files that people can edit.
package lexicon

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

// The categories in the order of Weights.
const (
	Billing = iota
	Technical
	General
	Categories
)

// Weights are added to the log-odds of the categories; below 0 they speak against one.
type Weights [Categories]float32

// Lexicon is the content of the files, in their order.
type Lexicon struct {
	Concepts []Concept
	Pairs    []Pair
	// Dropped words count neither in texts nor in cues.
	Dropped map[string]struct{}
	// Common words are never taken for a misspelt word of a cue.
	Common map[string]struct{}
}

// Concept is something that a ticket can be about.
type Concept struct {
	Name    string
	Weights Weights
	Urgency float32
	Topic   bool // it says what a text is about, not what it asks for
	Cues    []Cue
}

// Cue is a word or phrase that shows a concept.
type Cue struct {
	Label string // for people
	Words string // without case, accents and dropped words, divided by single blanks
}

// Pair says what two concepts, by number, add in one sentence beyond what each says alone.
type Pair struct {
	First, Second int
	Weights       Weights
}

//go:embed *.txt
var builtIn embed.FS

// BuiltIn returns the embedded files.
func BuiltIn() fs.FS { return builtIn }

const (
	wordsFile = "words.txt"
	pairsFile = "pairs.txt"
)

// conceptFiles in the order in which concepts are numbered and cues are tried.
var conceptFiles = [...]string{"billing.txt", "technical.txt", "general.txt", "shared.txt", "priority.txt"}

// Parse reads a lexicon. The error names all broken lines by file and number.
func Parse(files fs.FS) (*Lexicon, error) {
	p := parser{lexicon: &Lexicon{}, concepts: map[string]int{}, cues: make(map[string]struct{}, 1<<13)}
	p.file(files, wordsFile, p.words)
	for _, name := range conceptFiles {
		p.file(files, name, p.concept)
	}
	p.file(files, pairsFile, p.pair)
	if err := errors.Join(p.errs...); err != nil {
		return nil, err
	}
	return p.lexicon, nil
}

// parser collects a lexicon and what is wrong with it.
type parser struct {
	lexicon  *Lexicon
	concepts map[string]int      // numbers by name
	cues     map[string]struct{} // by words
	name     string              // of the file at hand
	errs     []error
	buffer   []byte // of fold
}

func (p *parser) file(files fs.FS, name string, take func(block)) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		p.errs = append(p.errs, err)
		return
	}
	p.name = name
	for _, b := range p.blocks(string(data)) {
		take(b)
	}
}

func (p *parser) refuse(line int, format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("%s:%d: %w", p.name, line, fmt.Errorf(format, args...)))
}
