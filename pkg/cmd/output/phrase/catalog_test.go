package phrase_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestCodesAreInOneCatalog: of two sentences for one code, the later would silently win.
func TestCodesAreInOneCatalog(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files, first := token.NewFileSet(), map[string]token.Position{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if kind, ok := literal.Type.(*ast.Ident); !ok || kind.Name != "catalog" {
				return true
			}
			for _, e := range literal.Elts {
				pair, _ := e.(*ast.KeyValueExpr)
				code, ok := pair.Key.(*ast.BasicLit)
				if !ok {
					t.Fatalf("%s: a code is not a literal", files.Position(pair.Pos()))
				}
				if before, twice := first[code.Value]; twice {
					t.Errorf("%s has a sentence at %s and another at %s", code.Value, before, files.Position(pair.Pos()))
				}
				first[code.Value] = files.Position(pair.Pos())
			}
			return true
		})
	}
}
