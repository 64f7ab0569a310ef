// Package search is the query language of the full-text search over tickets: it turns texts and queries into
// the same normalised words, so that every store answers alike. It is no port; it stands apart from package
// ports because it needs the Unicode tables of another module.
package search
