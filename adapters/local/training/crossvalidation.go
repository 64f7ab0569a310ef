package training

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"

	"ticketd/domain"
)

// assignFolds returns the fold of every example. Groups stay whole; the largest comes first, and each goes to
// the fold that has the fewest examples with its labels so far. The seed decides the order of groups of one
// size.
func assignFolds(examples []*example, groups []int, folds int, seed uint64) []int {
	members := map[int][]int{}
	for i, g := range groups {
		members[g] = append(members[g], i)
	}
	order := slices.Sorted(maps.Keys(members))
	random := rand.New(rand.NewPCG(seed, uint64(len(examples))))
	random.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(members[b]), len(members[a])) })
	assigned := make([]int, len(examples))
	counts := make([]map[[2]int]int, folds)
	sizes := make([]int, folds)
	for f := range counts {
		counts[f] = map[[2]int]int{}
	}
	for _, g := range order {
		best := slices.MinFunc(numbers(folds), func(a, b int) int {
			return cmp.Or(
				cmp.Compare(sum(counts[a], examples, members[g]), sum(counts[b], examples, members[g])),
				cmp.Compare(sizes[a], sizes[b]))
		})
		for _, i := range members[g] {
			assigned[i] = best
			counts[best][labels(examples[i])]++
			sizes[best]++
		}
	}
	return assigned
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

// maxSources bounds the models that leave out a source; of more sources, the smaller ones are left out
// together.
const maxSources = 10

// assignSources returns the part of the sources that every example belongs to, and the number of parts: 0 if
// there are not at least two sources.
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

// validate returns verdicts by models and blends that were fitted without the ticket's fold or source.
func (t *training) validate() (Validation, error) {
	v := Validation{Curve: t.curve}
	for _, e := range t.examples {
		v.BuiltIn = append(v.BuiltIn, e.builtIn.Verdict)
	}
	var err error
	if v.InDomain, err = t.verdicts(t.inDomain, t.folds, t.options.Folds); err != nil {
		return v, err
	}
	if t.nParts > 0 {
		v.OutOfDomain, err = t.verdicts(t.outOfDomain, t.parts, t.nParts)
	}
	return v, err
}

func (t *training) verdicts(predicted []heldOut, parts []int, n int) ([]domain.Verdict, error) {
	verdicts := make([]domain.Verdict, len(predicted))
	for part := range n {
		b := fitBlends(excluding(t.inDomain, parts, part), excluding(t.outOfDomain, parts, part))
		for i, h := range predicted {
			if parts[i] != part {
				continue
			}
			var err error
			if verdicts[i], err = b.Verdict(h.logits, h.example.builtIn, t.priority); err != nil {
				return nil, err
			}
		}
	}
	return verdicts, nil
}

func excluding(all []heldOut, parts []int, part int) []heldOut {
	var rest []heldOut
	for i, h := range all {
		if parts[i] != part {
			rest = append(rest, h)
		}
	}
	return rest
}
