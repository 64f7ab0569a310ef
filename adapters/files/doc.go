// Package files reads the tickets that people give to the commands, and writes those that they export. A file
// is JSON Lines (.jsonl, .ndjson) with one object a line, or CSV (.csv) with a header row of the same names.
// Reading goes row by row: the size of a file does not matter.
package files
