package ports

import "time"

// Position is a place in a list that is ordered newest first, by created_at and then id: a page that starts there holds what
// comes after it.
type Position struct {
	CreatedAt time.Time
	ID        int64
}

// Page says which part of a list is wanted. After and Offset exclude each other; Limit is at least 1.
type Page struct {
	Limit  int
	Offset int
	After  *Position
}

// Slice is one page of a list. Next is where the next page starts; nil at the end of the list.
type Slice[T any] struct {
	Items []T
	Next  *Position
}
