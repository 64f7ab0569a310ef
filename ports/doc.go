// Package ports holds the interfaces that the core needs from outside. Every error that a caller can act on is a domain.Error;
// a store that is out of reach, or does not answer before the context ends, is domain.ErrStoreUnavailable.
package ports
