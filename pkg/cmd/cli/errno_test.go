package cli

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
)

// TestErrnos: what a system says is found below what package net makes of it, on Windows as well, where package syscall's names are for
// other numbers.
func TestErrnos(t *testing.T) {
	for _, tc := range []struct {
		goos  string
		errno syscall.Errno
		kind  func(errnos) []syscall.Errno
	}{
		{"linux", syscall.ECONNREFUSED, func(e errnos) []syscall.Errno { return e.refused }},
		{"darwin", syscall.ENETUNREACH, func(e errnos) []syscall.Errno { return e.unreachable }},
		{"windows", 10061, func(e errnos) []syscall.Errno { return e.refused }},
		{"windows", 10065, func(e errnos) []syscall.Errno { return e.unreachable }},
		{"windows", 10054, func(e errnos) []syscall.Errno { return e.closed }},
		{"windows", 10060, func(e errnos) []syscall.Errno { return e.timedOut }},
		{"windows", 232, func(e errnos) []syscall.Errno { return e.brokenPipe }},
	} {
		err := fmt.Errorf("ask: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("connectex", tc.errno)})
		if !isAny(err, tc.kind(errnosOf(tc.goos))) {
			t.Errorf("%s: %d is not known", tc.goos, tc.errno)
		}
		if isAny(err, nil) {
			t.Errorf("%d is one of none", tc.errno)
		}
	}
}
