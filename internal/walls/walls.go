// Package walls reads the source of this module for tests that hold its structure: which file uses which, what deciders may
// say, and which words are out of use.
package walls

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// Source is the Go source of some directories or files.
type Source struct {
	Fset  *token.FileSet
	Files []*ast.File
}

// Parse reads the Go files of directories, not those below them and no tests. Errors are those of reading and parsing.
func Parse(dirs ...string) (*Source, error) {
	var names []string
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return ParseFiles(names...)
}

// ParseFiles reads Go files, tests as well. Errors are those of reading and parsing.
func ParseFiles(names ...string) (*Source, error) {
	s := &Source{Fset: token.NewFileSet()}
	for _, name := range names {
		f, err := parser.ParseFile(s.Fset, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		s.Files = append(s.Files, f)
	}
	return s, nil
}

// place is where something is, from the root of the module on.
func (s *Source) place(n ast.Node) string {
	p := s.Fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.ToSlash(strings.TrimPrefix(p.Filename, "../../")), p.Line)
}
