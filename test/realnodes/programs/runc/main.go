//go:build linux

// Command runc takes the seccomp profile out of a container that is to be created, and becomes the runc in the PATH. Built from Go modules
// alone, that has no libseccomp, and refuses every container with a profile; a kubelet gives one to each Pod.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
)

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if at := slices.Index(args, "--bundle"); at >= 0 && at+1 < len(args) {
		if err := withoutSeccomp(filepath.Join(args[at+1], "config.json")); err != nil {
			return fmt.Errorf("take the seccomp profile out of a container: %w", err)
		}
	}
	genuine, err := exec.LookPath("runc")
	if err != nil {
		return fmt.Errorf("find the real runc: %w", err)
	}
	return syscall.Exec(genuine, args, os.Environ())
}

// withoutSeccomp rewrites a specification of the Open Container Initiative. What it does not know stays as it is.
func withoutSeccomp(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var spec, linux map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(data, &spec), json.Unmarshal(spec["linux"], &linux)); err != nil {
		return err
	}
	if _, there := linux["seccomp"]; !there {
		return nil
	}
	delete(linux, "seccomp")
	if spec["linux"], err = json.Marshal(linux); err != nil {
		return err
	}
	if data, err = json.Marshal(spec); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}
