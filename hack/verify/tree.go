package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// tree is the text of every file that is, or would be, committed.
type tree map[string]string

// finding is something to correct in a file.
type finding struct {
	path    string
	line    int // 0: the file as a whole
	message string
}

func (f finding) String() string {
	if f.line == 0 {
		return f.path + ": " + f.message
	}
	return fmt.Sprintf("%s:%d: %s", f.path, f.line, f.message)
}

// tree reads the checkout. What .gitignore names is left out.
func (s *session) tree(ctx context.Context) (tree, error) {
	list, err := s.output(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return nil, fmt.Errorf("list the files of the checkout: %w", err)
	}
	t := tree{}
	for name := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		data, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist): // deleted, and not yet committed
		case err != nil:
			return nil, fmt.Errorf("read the checkout: %w", err)
		default:
			t[name] = string(data)
		}
	}
	return t, nil
}

// names are the paths in the tree, sorted.
func (t tree) names() []string { return slices.Sorted(maps.Keys(t)) }

// check returns everything that is wrong with the files, by path.
func (t tree) check() []finding {
	var all []finding
	words := t.retired()
	for _, name := range t.names() {
		text := t[name]
		if strings.ContainsRune(text, 0) {
			all = append(all, finding{name, 0, "is a binary file: what can be built is not committed"})
			continue
		}
		all = append(all, checkWorkplace(name, text)...)
		all = append(all, checkWords(words, name, text)...)
		switch path.Ext(name) {
		case ".go":
			all = append(all, checkFormat(name, text)...)
		case ".md":
			all = append(all, checkLinks(t, name, text)...)
			all = append(all, checkCommands(t, name, text)...)
		}
	}
	return all
}
