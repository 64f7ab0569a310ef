package training

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"

	"ticketd/domain"
)

// assignFolds gives every example a fold: whole groups, the largest first, each to the fold that has least of its labels so far.
// Groups of one size come in an order that the seed decides.
func assignFolds(examples []*example, groups []int, folds int, seed uint64) []int {
	members := map[int][]int{}
	for i, g := range groups {
		members[g] = append(members[g], i)
	}
	order := slices.Sorted(maps.Keys(members))
	rand.New(rand.NewPCG(seed, uint64(len(examples)))).Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(members[b]), len(members[a])) })
	dealt := make([]int, len(examples))
	counts := make([]map[[2]int]int, folds)
	sizes := make([]int, folds)
	for f := range counts {
		counts[f] = map[[2]int]int{}
	}
	for _, g := range order {
		best := slices.MinFunc(numbers(folds), func(a, b int) int {
			return cmp.Or(cmp.Compare(sum(counts[a], examples, members[g]), sum(counts[b], examples, members[g])), cmp.Compare(sizes[a], sizes[b]))
		})
		for _, i := range members[g] {
			dealt[i] = best
			counts[best][labels(examples[i])]++
			sizes[best]++
		}
	}
	return dealt
}

func labels(e *example) [2]int { return [2]int{e.category, e.priority} }

func sum(counts map[[2]int]int, examples []*example, members []int) int {
	n := 0
	for _, i := range members {
		n += counts[labels(examples[i])]
	}
	return n
}

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// maxSources bounds the trainings that leave out a source; smaller sources are left out together.
const maxSources = 10

// assignSources gives every example the number of the part that is left out with it, and the number of parts: 0 if there are not at
// least two sources.
func assignSources(examples []*example) (parts []int, n int) {
	sizes := map[string]int{}
	for _, e := range examples {
		sizes[e.ticket.Source]++
	}
	if len(sizes) < 2 {
		return nil, 0
	}
	names := slices.SortedFunc(maps.Keys(sizes), func(a, b string) int {
		return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(a, b))
	})
	n = min(len(names), maxSources)
	filled := make([]int, n)
	part := map[string]int{}
	for _, name := range names {
		least := slices.Index(filled, slices.Min(filled))
		part[name] = least
		filled[least] += sizes[name]
	}
	for _, e := range examples {
		parts = append(parts, part[e.ticket.Source])
	}
	return parts, n
}

// validate judges every ticket by blends that were fitted without its fold or its source.
func (t *training) validate() (Validation, error) {
	v := Validation{}
	for _, e := range t.examples {
		v.BuiltIn = append(v.BuiltIn, e.builtIn.Verdict)
	}
	var err error
	if v.InDomain, err = t.judge(t.inDomain, t.folds, t.options.Folds); err != nil {
		return v, err
	}
	if t.nParts > 0 {
		v.OutOfDomain, err = t.judge(t.outOfDomain, t.parts, t.nParts)
	}
	return v, err
}

func (t *training) judge(held []heldOut, parts []int, n int) ([]domain.Verdict, error) {
	verdicts := make([]domain.Verdict, len(held))
	for part := range n {
		b := fitBlends(excluding(t.inDomain, parts, part), excluding(t.outOfDomain, parts, part))
		for i, tr := range held {
			if parts[i] != part {
				continue
			}
			var err error
			if verdicts[i], err = b.Judge(tr.logits, tr.example.builtIn, t.priority); err != nil {
				return nil, err
			}
		}
	}
	return verdicts, nil
}

func excluding(held []heldOut, parts []int, part int) []heldOut {
	var rest []heldOut
	for i, t := range held {
		if parts[i] != part {
			rest = append(rest, t)
		}
	}
	return rest
}
