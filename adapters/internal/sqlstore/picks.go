package sqlstore

import (
	"cmp"
	"slices"
)

// Pick is a row that was picked from the pending work. Since is the moment since which it has been due, in
// microseconds.
type Pick struct {
	ID    int64 `db:"id"`
	Since int64 `db:"since"`
}

// Picks are in their order of being due, the longest first.
type Picks []Pick

// Merge returns the picks of both in order, up to limit.
func (p Picks) Merge(other Picks, limit int) Picks {
	all := append(slices.Clip(p), other...)
	slices.SortStableFunc(all, func(a, b Pick) int {
		return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(len(all), limit)]
}

// IDs returns the ids of the rows.
func (p Picks) IDs() []int64 {
	ids := make([]int64, len(p))
	for i, pick := range p {
		ids[i] = pick.ID
	}
	return ids
}

// InOrder sorts the rows that a change returned into the order of their picks.
func InOrder[R any](rows []R, picked Picks, id func(R) int64) []R {
	place := make(map[int64]int, len(picked))
	for i, p := range picked {
		place[p.ID] = i
	}
	slices.SortFunc(rows, func(a, b R) int { return cmp.Compare(place[id(a)], place[id(b)]) })
	return rows
}
