// Package search is the full-text search over tickets that every store answers alike: it reads a text and a query into the same
// normalised words. It stands apart from package ports because it needs the Unicode tables of another module.
package search
