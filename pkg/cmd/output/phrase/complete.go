package phrase

import (
	"reflect"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Complete writes the texts of all Facts, Commands and Nexts in what v points to, for -o json and its like.
func (p *Phraser) Complete(v any) { p.walk(reflect.ValueOf(v)) }

func (p *Phraser) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			p.walk(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			p.walk(v.Index(i))
		}
	case reflect.Struct:
		if p.write(v) {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				p.walk(v.Field(i))
			}
		}
	}
}

// write writes the text of a Fact or a Command, and reports whether v is one. That of a Next is written besides those of its
// parts.
func (p *Phraser) write(v reflect.Value) bool {
	if !v.CanAddr() {
		return false
	}
	switch what := v.Addr().Interface().(type) {
	case *fact.Fact:
		if what.IsZero() {
			return true
		}
		what.Text = p.Text(*what)
		for i := range what.Commands {
			what.Commands[i].Text = p.Line(what.Commands[i])
		}
		for _, value := range what.Values {
			for _, inner := range value.Inner() {
				p.walk(reflect.ValueOf(inner))
			}
		}
		return true
	case *fact.Command:
		if !what.IsZero() {
			what.Text = p.Line(*what)
		}
		return true
	case *drain.Next:
		what.Title, what.Text = p.Text(what.Fact), p.Next(*what)
	}
	return false
}
