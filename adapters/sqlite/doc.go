// Package sqlite keeps tickets and users in one SQLite file. It is pure Go, needs no server and is the
// default. One connection writes, several read; another process may use the same file. Leases are on the
// host's clock.
package sqlite
