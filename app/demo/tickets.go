package demo

import (
	"embed"
	"fmt"
	"strings"

	"ticketd/domain"
)

// Each file has the tickets of one trade. A line "# CATEGORY PRIORITY TITLE", with the labels that a person
// gives, begins a ticket; the lines below it are its description.
//
//go:embed tickets/*.txt
var files embed.FS

// madeUp is a ticket with its right labels.
type madeUp struct {
	title, description string
	category           domain.Category
	priority           domain.Priority
}

// madeUps returns the tickets of all files.
func madeUps() (all []madeUp, err error) {
	entries, err := files.ReadDir("tickets")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		text, err := files.ReadFile("tickets/" + e.Name())
		if err != nil {
			return nil, err
		}
		for ticket := range strings.SplitSeq(strings.TrimPrefix(string(text), "# "), "\n# ") {
			t, err := parse(ticket)
			if err != nil {
				return nil, fmt.Errorf("%s: %.40q: %w", e.Name(), ticket, err)
			}
			all = append(all, t)
		}
	}
	return all, nil
}

func parse(ticket string) (t madeUp, err error) {
	head, description, _ := strings.Cut(ticket, "\n")
	category, rest, _ := strings.Cut(head, " ")
	priority, title, _ := strings.Cut(rest, " ")
	t.title, t.description = title, strings.TrimSpace(description)
	if t.category, err = domain.ParseCategory(category); err == nil {
		t.priority, err = domain.ParsePriority(priority)
	}
	return t, err
}
