//go:build unix

package postgres

import "syscall"

// hungUp reports whether the other end has closed a connection or, unless that is busy, is about to. The
// server sends notices and new settings unasked; anything else that arrives at an idle one, or that TLS
// hides, is its farewell. (PostgreSQL documentation, "Asynchronous Operations")
func hungUp(raw syscall.RawConn, busy bool) (gone bool) {
	err := raw.Control(func(fd uintptr) {
		var first [1]byte
		n, _, err := syscall.Recvfrom(int(fd), first[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		switch {
		case n > 0:
			gone = !busy && first[0] != 'N' && first[0] != 'S' && first[0] != 'A'
		case err == nil:
			gone = true // the end
		default:
			gone = err != syscall.EAGAIN && err != syscall.EINTR
		}
	})
	return gone || err != nil
}
