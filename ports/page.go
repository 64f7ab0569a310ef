package ports

import "time"

// Position is a place in a list ordered newest first, by created_at and then id. A page that starts there
// holds the items after it.
type Position struct {
	CreatedAt time.Time
	ID        int64
}

// Page selects a part of a list. After and Offset exclude each other; Limit is at least 1.
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
