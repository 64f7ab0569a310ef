// Package ports holds the interfaces that the core needs from outside. Every error that a caller can act on
// is a domain.Error; a store that is out of reach, or does not answer before the context ends, returns
// domain.ErrStoreUnavailable.
//
// Package ports/search is no port but the query language of the full-text search, which every store answers
// alike. Package ports/porttest holds the contract of the ports as tests.
package ports
