package walls

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
)

// words are two words of a sentence, or the beginning of a command line.
var words = regexp.MustCompile(`[A-Za-z%]{2,}[,:;]? [A-Za-z%]{2,}|^kubectl `)

// Sentences finds the string literals that hold English or command lines: what is decided is told as Facts. The text of Go
// errors that are for developers, made by fmt.Errorf and errors.New, and tags of struct fields are left out.
func (s *Source) Sentences() []string {
	var found []string
	for _, f := range s.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				return !makesError(n) && !isCommand(n)
			case *ast.Field:
				n.Tag = nil
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && words.MatchString(text) {
					found = append(found, s.place(n)+": "+n.Value)
				}
			}
			return true
		})
	}
	return found
}

// isCommand reports whether a call is fact.Kubectl or fact.Plugin: "delete pvc" is a verb.
func isCommand(c *ast.CallExpr) bool {
	return calls(c, "fact", "Kubectl") || calls(c, "fact", "Plugin")
}

// makesError reports whether a call is fmt.Errorf or errors.New.
func makesError(c *ast.CallExpr) bool {
	return calls(c, "fmt", "Errorf") || calls(c, "errors", "New")
}

// calls reports whether a call is of a function of a package.
func calls(c *ast.CallExpr, pkg, name string) bool {
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && x.Name == pkg && sel.Sel.Name == name
}
