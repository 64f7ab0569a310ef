// Package sqlite keeps tickets and users in one SQLite file. It is pure Go, needs no server and is the default. One connection
// writes, several read; a second process may use the same file. The clock of leases is the host's.
package sqlite
