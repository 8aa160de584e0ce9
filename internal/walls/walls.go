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

// Source is the Go source of some directories, without tests.
type Source struct {
	Fset  *token.FileSet
	Files []*ast.File
}

// Parse reads the Go files of directories, not those below them. Errors are those of reading and parsing.
func Parse(dirs ...string) (*Source, error) {
	s := &Source{Fset: token.NewFileSet()}
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			f, err := parser.ParseFile(s.Fset, filepath.Join(dir, e.Name()), nil, parser.ParseComments)
			if err != nil {
				return nil, err
			}
			s.Files = append(s.Files, f)
		}
	}
	return s, nil
}

// place is where something is, from the root of the module on.
func (s *Source) place(n ast.Node) string {
	p := s.Fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.ToSlash(strings.TrimPrefix(p.Filename, "../../")), p.Line)
}
