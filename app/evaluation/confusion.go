package evaluation

import "slices"

// Confusion counts judgements by right label (row) and predicted label (column), both in the order of Labels.
type Confusion struct {
	Labels []string `json:"labels"`
	Counts [][]int  `json:"counts"`
}

// NewConfusion leaves out judgements with a label that is not one of labels.
func NewConfusion(labels []string, groups []Group) Confusion {
	c := Confusion{Labels: labels, Counts: make([][]int, len(labels))}
	for i := range labels {
		c.Counts[i] = make([]int, len(labels))
	}
	for _, g := range groups {
		right, predicted := slices.Index(labels, g.Right), slices.Index(labels, g.Predicted)
		if right >= 0 && predicted >= 0 {
			c.Counts[right][predicted] += g.N
		}
	}
	return c
}

// Count returns how many tickets with this right label were predicted to have that one.
func (c Confusion) Count(right, predicted string) int {
	return c.Counts[slices.Index(c.Labels, right)][slices.Index(c.Labels, predicted)]
}

func (c Confusion) class(i int) Class {
	predicted, right := 0, 0
	for k := range c.Labels {
		predicted += c.Counts[k][i]
		right += c.Counts[i][k]
	}
	hits := c.Counts[i][i]
	return Class{
		Name: c.Labels[i], Right: right,
		Precision: share(hits, predicted), Recall: share(hits, right), F1: share(2*hits, predicted+right),
	}
}
