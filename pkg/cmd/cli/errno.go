package cli

import (
	"errors"
	"slices"
	"syscall"
)

// errnos are the numbers by which a system says what went wrong with a pipe or a connection.
type errnos struct{ brokenPipe, refused, unreachable, closed, timedOut []syscall.Errno }

// errnosOf are those of a system. Windows has numbers of its own, and package syscall the POSIX names there for numbers that never come.
func errnosOf(goos string) errnos {
	if goos == "windows" {
		return errnos{
			brokenPipe:  []syscall.Errno{109, 232}, // ERROR_BROKEN_PIPE, ERROR_NO_DATA
			refused:     []syscall.Errno{10061},    // WSAECONNREFUSED
			unreachable: []syscall.Errno{10051, 10065},
			closed:      []syscall.Errno{10053, 10054}, // WSAECONNABORTED, WSAECONNRESET
			timedOut:    []syscall.Errno{10060},
		}
	}
	return errnos{
		brokenPipe:  []syscall.Errno{syscall.EPIPE},
		refused:     []syscall.Errno{syscall.ECONNREFUSED},
		unreachable: []syscall.Errno{syscall.EHOSTUNREACH, syscall.ENETUNREACH},
		closed:      []syscall.Errno{syscall.ECONNRESET},
		timedOut:    []syscall.Errno{syscall.ETIMEDOUT},
	}
}

// isAny reports whether an error is one of the numbers.
func isAny(err error, numbers []syscall.Errno) bool {
	return slices.ContainsFunc(numbers, func(n syscall.Errno) bool { return errors.Is(err, n) })
}
