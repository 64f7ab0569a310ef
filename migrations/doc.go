// Package migrations holds the schema of both engines, one step per file, and migrates a database to it.
// Every step must work while the previous version of the program still runs.
package migrations
