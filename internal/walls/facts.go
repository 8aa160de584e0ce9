package walls

import (
	"go/ast"
	"go/token"
	"maps"
	"strconv"
	"strings"
)

// Told is a Fact that some source tells: where, its code, and the names of its values.
type Told struct {
	Place, Code string
	Values      []string
}

// Facts finds the Facts that are made with a literal code: all calls with the code as an argument that is followed by pairs of
// a literal name and a value, which is how fact.New and what calls it are written. A code is a literal of the shape
// "VolumeTerminating". A constant of that shape, of this source or another, stands for its literal.
func (s *Source) Facts(others ...*Source) []Told {
	constants := s.constants()
	for _, other := range others {
		maps.Copy(constants, other.constants())
	}
	var told []Told
	for _, f := range s.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if t, ok := s.told(call, f.Name.Name == "fact", constants); ok {
				told = append(told, t)
			}
			return true
		})
	}
	return told
}

// told is the Fact that fact.New makes in a call, which inside that package is New.
func (s *Source) told(call *ast.CallExpr, inside bool, constants map[string]string) (Told, bool) {
	id, plain := call.Fun.(*ast.Ident)
	if len(call.Args) == 0 || !calls(call, "fact", "New") && !(inside && plain && id.Name == "New") {
		return Told{}, false
	}
	t := Told{Place: s.place(call), Code: literal(call.Args[0], constants)}
	for i := 1; i < len(call.Args); i += 2 {
		t.Values = append(t.Values, literal(call.Args[i], constants))
	}
	return t, true
}

// literal is the text of a literal, or of a constant by its name; empty if it is something else.
func literal(e ast.Expr, constants map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.Ident:
		return constants[e.Name]
	case *ast.SelectorExpr:
		return constants[e.Sel.Name]
	case *ast.CallExpr: // a conversion: fact.Code(x)
		if len(e.Args) == 1 {
			return literal(e.Args[0], constants)
		}
	}
	return ""
}

func (s *Source) constants() map[string]string {
	out := map[string]string{}
	for _, f := range s.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, name := range spec.Names {
				if i < len(spec.Values) {
					if text := literal(spec.Values[i], nil); text != "" && !strings.Contains(text, " ") {
						out[name.Name] = text
					}
				}
			}
			return true
		})
	}
	return out
}
