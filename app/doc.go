// Package app holds the use cases, one a file. A use case asks for the ports it needs and knows no
// technology.
package app
