package local

import (
	"strings"

	"ticketd/adapters/local/lexicon"
)

// A lexicon.Gap is up to maxGap words between two others: "charged .. twice".
const (
	gapID  = uint16(0)
	maxGap = 3
)

// phrases is a trie of all cues by their words.
type phrases struct {
	children map[uint64]int32
	nodes    []phraseNode
}

type phraseNode struct {
	cue    int32 // -1: no cue ends here
	hasGap bool  // a gap follows in some cue
	leaf   bool
}

// match is a cue found at a token of the text.
type match struct {
	cue    int32
	start  int32
	length int32
	gapped bool
}

func newPhrases() *phrases {
	return &phrases{children: make(map[uint64]int32, 8192), nodes: []phraseNode{{cue: -1}}}
}

func childKey(node int32, word uint16) uint64 { return uint64(node)<<16 | uint64(word) }

// add files a cue under its words.
func (p *phrases) add(text string, cue int32, vocab *vocabulary) {
	node := int32(0)
	for word := range strings.FieldsSeq(text) {
		id := gapID
		if word == lexicon.Gap {
			p.nodes[node].hasGap = true
		} else {
			id = vocab.learn(word)
		}
		key := childKey(node, id)
		child, ok := p.children[key]
		if !ok {
			child = int32(len(p.nodes))
			p.nodes = append(p.nodes, phraseNode{cue: -1, leaf: true})
			p.nodes[node].leaf = false
			p.children[key] = child
		}
		node = child
	}
	p.nodes[node].cue = cue
}

// find appends the matches of all cues to found.
func (p *phrases) find(tokens []token, found []match) []match {
	for i := range tokens {
		found = p.walk(tokens, i, i, 0, false, found)
	}
	return found
}

func (p *phrases) walk(tokens []token, start, at int, node int32, gapped bool, found []match) []match {
	if at == len(tokens) || tokens[at].sentence != tokens[start].sentence {
		return found
	}
	t := &tokens[at]
	for _, id := range t.ids[:t.n] {
		child, ok := p.children[childKey(node, id)]
		if !ok {
			continue
		}
		n := &p.nodes[child]
		if n.cue >= 0 {
			found = append(found, match{n.cue, int32(start), int32(at - start + 1), gapped})
		}
		if n.leaf {
			continue
		}
		found = p.walk(tokens, start, at+1, child, gapped, found)
		if n.hasGap {
			found = p.walkGap(tokens, start, at+1, child, found)
		}
	}
	return found
}

func (p *phrases) walkGap(tokens []token, start, at int, node int32, found []match) []match {
	after := p.children[childKey(node, gapID)]
	for skip := range maxGap + 1 {
		if at+skip >= len(tokens) || tokens[at+skip].clause != tokens[at-1].clause {
			break
		}
		found = p.walk(tokens, start, at+skip, after, true, found)
	}
	return found
}
