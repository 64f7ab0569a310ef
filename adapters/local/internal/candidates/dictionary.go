package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// dictionary is what is used of WordNet.
type dictionary struct {
	frequency map[string]int      // how often a lemma occurs in the texts that WordNet's authors tagged
	synonyms  map[string][]string // of the first senses of a lemma
}

// firstSenses is how many senses of a word count, the most frequent first: what is rarer leads astray.
const firstSenses = 2

func readDictionary(folder string) (*dictionary, error) {
	d := &dictionary{frequency: map[string]int{}, synonyms: map[string][]string{}}
	files := os.DirFS(folder)
	// A line: sense key (lemma%…), number of the sense, how often it was tagged.
	err := eachLine(files, "cntlist.rev", func(line string) {
		lemma, _, _ := strings.Cut(line, "%")
		fields := strings.Fields(line)
		if n, err := strconv.Atoi(fields[len(fields)-1]); err == nil {
			d.frequency[lemma] += n
		}
	})
	if err != nil {
		return nil, err
	}
	for _, part := range []string{"noun", "verb", "adj"} {
		if err := d.readPart(files, part); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// readPart reads a part of speech: in the index, lemma … offsets of its synsets; in the data, by offset, the
// synset's words.
func (d *dictionary) readPart(files fs.FS, part string) error {
	words := map[string][]string{}
	err := eachLine(files, "data."+part, func(line string) {
		fields := strings.Fields(line)
		if n, err := strconv.ParseInt(fields[3], 16, 32); err == nil {
			for i := range int(n) {
				word, _, _ := strings.Cut(fields[4+2*i], "(")
				words[fields[0]] = append(words[fields[0]], strings.ToLower(word))
			}
		}
	})
	if err != nil {
		return err
	}
	return eachLine(files, "index."+part, func(line string) {
		fields := strings.Fields(line)
		if senses, err := strconv.Atoi(fields[2]); err == nil {
			offsets := fields[len(fields)-senses:]
			for _, offset := range offsets[:min(senses, firstSenses)] {
				d.synonyms[fields[0]] = append(d.synonyms[fields[0]], words[offset]...)
			}
		}
	})
}

// eachLine leaves out the licence, whose lines begin with blanks.
func eachLine(files fs.FS, name string, take func(line string)) error {
	file, err := files.Open(name)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	defer file.Close() // it was only read
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if line := lines.Text(); line != "" && line[0] != ' ' {
			take(line)
		}
	}
	return lines.Err()
}

// forms returns a lemma with its regular endings.
func forms(lemma string) []string {
	all := []string{lemma, lemma + "s", lemma + "ed", lemma + "ing", lemma + "er", lemma + "ly"}
	if stem, ok := strings.CutSuffix(lemma, "e"); ok {
		all = append(all, lemma+"d", lemma+"r", stem+"ing")
	}
	if stem, ok := strings.CutSuffix(lemma, "y"); ok {
		all = append(all, stem+"ies", stem+"ied")
	}
	return all
}
