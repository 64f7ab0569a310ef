// Command candidates lists words that the lexicon might take up, for a person to accept or not:
//
//	go run ./adapters/local/internal/candidates -wordnet /usr/share/wordnet tickets.jsonl …
//
// It prints, one a line and the most frequent first, English words that the lexicon takes for misspelt ones,
// synonyms of its words by concept, and words of the tickets that it does not know, with the tickets of each
// category that have them. Debian's package wordnet-base holds the dictionary (Princeton WordNet 3.0).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	wordnet := flag.String("wordnet", "/usr/share/wordnet", "folder of the dictionary's `files`")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *wordnet, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, wordnet string, data []string) error {
	dictionary, err := readDictionary(wordnet)
	if err != nil {
		return err
	}
	usage, err := readUsage(ctx, data)
	if err != nil {
		return err
	}
	p := printer{out: out}
	p.misread(dictionary)
	if err := p.synonyms(dictionary, usage); err != nil {
		return err
	}
	p.unknown(usage)
	return errors.Join(p.errs...)
}
