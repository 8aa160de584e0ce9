//go:build linux

package machine

import (
	"fmt"
	"io"
	"net"
	"os"
)

// doorFile is the listening socket that the keeper hands on to the lab: the first file besides the standard three.
const doorFile = 3

// forward connects whoever comes in by a listening socket with an address, and returns the socket's port.
func forward(socket uintptr, to string) (port int, err error) {
	file := os.NewFile(socket, "door")
	listener, err := net.FileListener(file)
	file.Close()
	if err != nil {
		return 0, fmt.Errorf("listen for whoever wants the API server: %w", err)
	}
	address, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("listen for whoever wants the API server: %s is no port", listener.Addr())
	}
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				fmt.Fprintln(os.Stderr, "the way to the API server is closed:", err)
				return
			}
			go connect(from, to)
		}
	}()
	return address.Port, nil
}

// connect copies in both directions until both have said everything.
func connect(from net.Conn, to string) {
	defer func() { _ = from.Close() }()
	server, err := net.Dial("tcp", to) //nolint:noctx // it is on this machine, and answers or refuses at once
	if err != nil {
		fmt.Fprintln(os.Stderr, "reach the API server:", err)
		return
	}
	defer func() { _ = server.Close() }()
	done := make(chan struct{})
	go func() {
		pass(server, from)
		close(done)
	}()
	pass(from, server)
	<-done
}

// pass copies what one side says to the other, and that it has said everything.
func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from) // whoever breaks off has a reason
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
