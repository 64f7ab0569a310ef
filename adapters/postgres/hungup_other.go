//go:build !unix

package postgres

import "syscall"

func hungUp(syscall.RawConn, bool) bool { return false }
