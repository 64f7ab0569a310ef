// Package files reads tickets from files that people give to the commands: JSON Lines (.jsonl, .ndjson) with one object a line, or
// CSV (.csv) with a header row of the same names. It reads row by row, so that the size of a file does not matter.
package files
