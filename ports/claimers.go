package ports

import (
	"context"
	"time"
)

const (
	// ClaimerLife is how long a claimer counts as alive after its last beat, on the store's clock.
	ClaimerLife = 6 * time.Second
	// ClaimerGap is the longest pause between two beats of one that may judge others: whoever was longer away
	// from the store cannot know whether they were, too.
	ClaimerGap = 4 * time.Second
)

// ClaimerID names a process that claims tickets, for as long as it lives or is taken to.
type ClaimerID int64

// ClaimerStore knows which of the processes that claim tickets are alive. What a dead one claimed is due at
// once.
type ClaimerStore interface {
	// Enlist returns a claimer that nobody else is or was, with its first beat.
	Enlist(ctx context.Context) (ClaimerID, error)
	// Beat says that a claimer lives. Alive is false if there is none of that name any more: then its claims are
	// lost. Dead reports whether EndDead would find a dead one.
	Beat(ctx context.Context, id ClaimerID) (alive, dead bool, err error)
	// EndDead removes the claimers whose last beat is longer than ClaimerLife ago, unless a pause of more than
	// ClaimerGap within that time kept the one with the given name from seeing them beat. It ends the claims of
	// all that are not there and returns how many. A claim whose row is locked stays for the next time.
	EndDead(ctx context.Context, id ClaimerID) (claims int, err error)
	// Retire removes a claimer and ends its claims.
	Retire(ctx context.Context, id ClaimerID) error
}
