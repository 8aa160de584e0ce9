//go:build !linux

// Command nodes keeps a cluster with real nodes for humans, on Linux.
package main

import (
	"fmt"
	"os"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/needs"
)

func main() {
	fmt.Fprintln(os.Stderr, needs.Missing())
	os.Exit(1)
}
