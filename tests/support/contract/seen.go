package contract

import (
	"fmt"
	"maps"
	"strconv"
	"sync"
)

// Exchange is an operation, by its id in the contract, and a status that it was or can be answered with.
type Exchange struct {
	Operation string
	Status    int
}

var (
	seenMu sync.Mutex
	seen   = map[Exchange]int{}
)

func note(operation string, status int) {
	seenMu.Lock()
	defer seenMu.Unlock()
	seen[Exchange{operation, status}]++
}

// Seen returns the number of answers that the clients of this test process have got so far.
func Seen() map[Exchange]int {
	seenMu.Lock()
	defer seenMu.Unlock()
	return maps.Clone(seen)
}

// Described returns all operations with all statuses that the contract has for them.
func Described() ([]Exchange, error) {
	c, err := load()
	if err != nil {
		return nil, err
	}
	var all []Exchange
	for path, item := range c.doc.Paths.Map() {
		for method, op := range item.Operations() {
			for status := range op.Responses.Map() {
				n, err := strconv.Atoi(status)
				if err != nil {
					return nil, fmt.Errorf("%s %s has the status %q: only numbers can be looked for", method, path, status)
				}
				all = append(all, Exchange{op.OperationID, n})
			}
		}
	}
	return all, nil
}
