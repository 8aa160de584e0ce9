package walls

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
)

// Uses says which file of a package uses which other files of it, by what they define: functions, types, variables, constants,
// methods and fields. The packages that it imports are taken to be empty, so a field of a value that comes out of one of their
// generic functions is not seen.
func (s *Source) Uses() map[string][]string {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: empty{}, Error: func(error) {}, DisableUnusedImportCheck: true}
	pkg, _ := config.Check("p", s.Fset, s.Files, info) // errors come from what empty packages lack
	uses := map[string][]string{}
	for _, f := range s.Files {
		uses[s.file(f.Pos())] = []string{}
	}
	for id, object := range info.Uses {
		if object.Pkg() != pkg || !shared(pkg, object) {
			continue
		}
		if from, to := s.file(id.Pos()), s.file(object.Pos()); from != to && !slices.Contains(uses[from], to) {
			uses[from] = append(uses[from], to)
		}
	}
	return uses
}

// shared reports whether other files can use an object: it is of the package, or a method or a field.
func shared(pkg *types.Package, o types.Object) bool {
	switch o := o.(type) {
	case *types.Func:
		return true
	case *types.Var:
		return o.IsField() || o.Parent() == pkg.Scope()
	}
	return o.Parent() == pkg.Scope()
}

func (s *Source) file(p token.Pos) string { return filepath.Base(s.Fset.Position(p).Filename) }

// empty imports packages without anything in them.
type empty struct{}

// Import implements types.Importer.
func (empty) Import(name string) (*types.Package, error) {
	p := types.NewPackage(name, path.Base(name))
	p.MarkComplete()
	return p, nil
}

// Loop is the largest set of files of which each uses each other, directly or by way of others: sorted, and empty if no two do.
func Loop(uses map[string][]string) []string {
	reach := map[string]map[string]bool{}
	for file := range uses {
		reach[file] = map[string]bool{}
		follow(uses, file, reach[file])
	}
	var largest []string
	for file := range uses {
		loop := []string{}
		for other := range reach[file] {
			if reach[other][file] {
				loop = append(loop, other)
			}
		}
		slices.Sort(loop)
		if len(loop) > len(largest) || len(loop) == len(largest) && slices.Compare(loop, largest) < 0 {
			largest = loop
		}
	}
	return largest
}

func follow(uses map[string][]string, file string, seen map[string]bool) {
	for _, next := range uses[file] {
		if !seen[next] {
			seen[next] = true
			follow(uses, next, seen)
		}
	}
}
