package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// stdinName is how standard input is called in messages.
const stdinName = "standard input"

// Files reads the kinds asked for from files, in place of a cluster: objects as kubectl get prints them with -o
// json or -o yaml. A file may hold a List, a typed list, a single object, or many of these one after the other; a
// path may be a directory, of which every .json, .yaml and .yml file is read, or - for standard input. Objects of
// other kinds and versions are ignored, and counted in a note.
//
// Objects are taken as they are, nothing is defaulted. If an object comes twice, the one with the higher
// resourceVersion counts, and if that cannot be told, the one that was read later. A kind that no object and no
// empty typed list speaks of is a gap, or an error if it is required: silence does not mean none.
//
// What is wrong with the files is a *FileError, which wraps a *MissingKindError if they lack a required kind. now is asked once, when all is read.
func Files(ctx context.Context, now func() time.Time, paths []string, stdin io.Reader, opts Options) (*inspect.Snapshot, error) {
	wanted, err := opts.rows()
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errors.New("no files to read")
	}
	found := newFindings(paths, wanted)
	for i, path := range paths {
		if path == Stdin && slices.Contains(paths[:i], Stdin) {
			return nil, &FileError{Path: stdinName, Err: errors.New("it can be read only once: give - only once")}
		}
		if err := readPath(ctx, path, stdin, found); err != nil {
			return nil, err
		}
	}
	return found.snapshot(now, opts)
}

// readPath reads one path as the user gave it.
func readPath(ctx context.Context, path string, stdin io.Reader, found *findings) error {
	before := found.documents
	files, err := expand(path)
	if err != nil {
		return &FileError{Path: path, Err: plain(err)}
	}
	for _, file := range files {
		data, err := load(ctx, file, stdin)
		if err != nil {
			return err
		}
		if err := readText(ctx, display(file), data, found); err != nil {
			return err
		}
	}
	if found.documents == before {
		return &FileError{Path: display(path), Err: errors.New("no Kubernetes objects in it")}
	}
	return nil
}

// expand lists the files of a path: itself, or those of a directory in lexical order.
func expand(path string) ([]string, error) {
	if path == Stdin {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && hasObjects(p) {
			files = append(files, p)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = errors.New("no .json, .yaml or .yml file in this directory")
	}
	return files, err
}

// hasObjects tells by its name whether a file of a directory is to be read.
func hasObjects(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json", ".yaml", ".yml":
		return true
	}
	return false
}

// load reads a file whole. Standard input and pipes may keep their reader waiting, so the end of ctx is heeded.
func load(ctx context.Context, file string, stdin io.Reader) ([]byte, error) {
	type outcome struct {
		data []byte
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		if file == Stdin {
			o.data, o.err = io.ReadAll(stdin)
		} else {
			o.data, o.err = os.ReadFile(file)
		}
		done <- o
	}()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("reading %s: %w", display(file), context.Cause(ctx))
	case o := <-done:
		if o.err != nil {
			return nil, &FileError{Path: display(file), Err: plain(o.err)}
		}
		return o.data, nil
	}
}

func display(path string) string {
	if path == Stdin {
		return stdinName
	}
	return path
}

// plain drops the operation and the path that errors of package os repeat.
func plain(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
