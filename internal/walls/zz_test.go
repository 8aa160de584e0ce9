package walls

import (
	"fmt"
	"os"
	"testing"
"go/types"
"go/ast"
	"sort"
)

func TestZZ(t *testing.T) {
	for _, dir := range []string{"../../pkg/drain/planner", "../../pkg/inspect"} {
		s := parsed(t, dir)
		loop := Loop(s.Uses())
		in := map[string]bool{}
		for _, f := range loop { in[f] = true }
		edges := map[string]map[string]bool{}
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
		config := types.Config{Importer: empty{}, Error: func(error) {}, DisableUnusedImportCheck: true}
		pkg, _ := config.Check("p", s.Fset, s.Files, info)
		for id, o := range info.Uses {
			if o.Pkg() != pkg || !shared(pkg, o) { continue }
			a, b := s.file(id.Pos()), s.file(o.Pos())
			if a != b && in[a] && in[b] {
				k := a + " -> " + b
				if edges[k] == nil { edges[k] = map[string]bool{} }
				edges[k][o.Name()] = true
			}
		}
		var keys []string
		for k := range edges { keys = append(keys, k) }
		sort.Strings(keys)
		for _, k := range keys {
			fmt.Fprint(os.Stdout, k, ":")
			for n := range edges[k] { fmt.Fprint(os.Stdout, " ", n) }
			fmt.Fprintln(os.Stdout)
		}
	}
}
