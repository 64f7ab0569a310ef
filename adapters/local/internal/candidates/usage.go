package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"ticketd/domain"
)

// usage says in how many tickets of each category a word occurs.
type usage map[string]*[3]int

func readUsage(ctx context.Context, paths []string) (usage, error) {
	u := usage{}
	for _, path := range paths {
		if err := u.readFile(ctx, path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return u, nil
}

func (u usage) readFile(ctx context.Context, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() // it was only read
	rows := json.NewDecoder(file)
	for ctx.Err() == nil {
		var row struct{ Description, Category string }
		if err := rows.Decode(&row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		category, err := domain.ParseCategory(row.Category)
		if err != nil {
			return err
		}
		u.add(row.Description, slices.Index(domain.Categories(), category))
	}
	return ctx.Err()
}

func (u usage) add(text string, category int) {
	seen := map[string]bool{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), separates) {
		if seen[word] {
			continue
		}
		seen[word] = true
		if u[word] == nil {
			u[word] = &[3]int{}
		}
		u[word][category]++
	}
}

func separates(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }
