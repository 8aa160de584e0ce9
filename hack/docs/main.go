// Command docs writes the reference pages and the man pages from the live commands:
//
//	make generate
//
// A test compares them with what the commands say now.
//
// The generators of cobra/doc were tried: their pages repeat the 20 options of kubectl for each command, do not wrap what an
// option does, give each man page a date, and have no place for permissions, exit codes and the groups of commands.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
)

func main() {
	to := flag.String("to", "docs", "the directory for reference/ and man/")
	flag.Parse()
	if err := write(*to, pages(cmd.Manual())); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// pages are all files, by their path below docs.
func pages(manual []cmd.ManualPage) map[string]string {
	files := map[string]string{"reference/README.md": index(manual)}
	for _, p := range manual {
		files["reference/"+fileName(p)+".md"] = markdown(p)
		files["man/"+fileName(p)+".1"] = roff(p, manual)
	}
	return files
}

// write replaces what is in the directories of the pages.
func write(to string, files map[string]string) error {
	for _, dir := range directories(files) {
		if err := os.RemoveAll(filepath.Join(to, dir)); err != nil {
			return fmt.Errorf("remove the old pages: %w", err)
		}
		if err := os.MkdirAll(filepath.Join(to, dir), 0o755); err != nil {
			return fmt.Errorf("make room for the pages: %w", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(to, name), []byte(files[name]), 0o644); err != nil {
			return fmt.Errorf("write a page: %w", err)
		}
	}
	return nil
}

// read returns the files in the directories of the pages.
func read(from string, files map[string]string) (map[string]string, error) {
	found := map[string]string{}
	for _, dir := range directories(files) {
		err := filepath.WalkDir(filepath.Join(from, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, err := filepath.Rel(from, path)
			found[filepath.ToSlash(name)] = string(text)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read the pages: %w", err)
		}
	}
	return found, nil
}

func directories(files map[string]string) []string {
	seen := map[string]bool{}
	for name := range files {
		seen[filepath.Dir(name)] = true
	}
	return slices.Sorted(maps.Keys(seen))
}
