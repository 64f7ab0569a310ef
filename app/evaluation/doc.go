// Package evaluation turns what a classifier said about tickets with known labels into figures. It computes
// and nothing else.
package evaluation
