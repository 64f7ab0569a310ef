// Package importing stores the tickets of a file, each once, and gets them their labels.
package importing
