package main

import (
	"fmt"

	"github.com/prometheus/prometheus/promql/parser"
)

// parse parses an expression as Prometheus does without its experiments.
func parse(expr string) (parser.Expr, error) {
	return parser.NewParser(parser.Options{}).ParseExpr(expr)
}

// inference works out which labels the series of an expression can have, and notes what cannot be.
type inference struct {
	catalog  *catalog
	findings []string
}

func (i *inference) note(format string, args ...any) {
	i.findings = append(i.findings, fmt.Sprintf(format, args...))
}

// of follows promql's rules for the labels of results (promql/engine.go).
func (i *inference) of(node parser.Expr) labelSet {
	switch e := node.(type) {
	case *parser.VectorSelector:
		return i.selector(e)
	case *parser.MatrixSelector:
		return i.of(e.VectorSelector)
	case *parser.SubqueryExpr:
		return i.of(e.Expr)
	case *parser.ParenExpr:
		return i.of(e.Expr)
	case *parser.UnaryExpr:
		return i.of(e.Expr)
	case *parser.StepInvariantExpr:
		return i.of(e.Expr)
	case *parser.AggregateExpr:
		return i.aggregation(e)
	case *parser.BinaryExpr:
		return i.binary(e)
	case *parser.Call:
		return i.call(e)
	default: // numbers and strings
		return newLabelSet()
	}
}

func (i *inference) selector(e *parser.VectorSelector) labelSet {
	if e.Name == "" {
		i.note("%s names no metric", e)
		return labelSet{open: true}
	}
	set, ok := i.catalog.labels(e.Name)
	if !ok {
		i.note("there is no metric %s: list it in metrics.yaml with where it comes from, or record it", e.Name)
		return labelSet{open: true}
	}
	for _, m := range e.LabelMatchers {
		if m.Name != "__name__" && !set.has(m.Name) {
			i.note("%s has no label %s, it has %s", e.Name, m.Name, set)
		}
	}
	return set
}

func (i *inference) aggregation(e *parser.AggregateExpr) labelSet {
	inner := i.of(e.Expr)
	if e.Param != nil {
		i.of(e.Param)
	}
	for _, name := range e.Grouping {
		if !inner.has(name) {
			i.note("%s by or without %s, which %s does not have: it has %s", e.Op, name, e.Expr, inner)
		}
	}
	switch {
	case e.Op == parser.TOPK || e.Op == parser.BOTTOMK:
		return inner
	case e.Without:
		return inner.without(e.Grouping...)
	default:
		return newLabelSet(e.Grouping...)
	}
}

func (i *inference) binary(e *parser.BinaryExpr) labelSet {
	left, right := i.of(e.LHS), i.of(e.RHS)
	switch {
	case e.LHS.Type() == parser.ValueTypeScalar:
		return right
	case e.RHS.Type() == parser.ValueTypeScalar:
		return left
	}
	m := e.VectorMatching
	for _, name := range m.MatchingLabels {
		if m.On && !(left.has(name) && right.has(name)) {
			i.note("%s on %s, which not both sides have: left %s, right %s", e.Op, name, left, right)
		}
	}
	if !m.On && len(m.MatchingLabels) == 0 && e.Op != parser.LOR && !left.open && !right.open && left.String() != right.String() {
		i.note("%s between %s and %s: say which labels have to be equal", e.Op, left, right)
	}
	switch {
	case e.Op == parser.LOR:
		either := left.with(sorted(right.names)...)
		either.open = left.open && right.open // what is open on one side only is the rule itself, see checkRules
		return either
	case e.Op == parser.LAND || e.Op == parser.LUNLESS:
		return left
	case m.Card == parser.CardManyToOne:
		return i.include(left, right, m.Include)
	case m.Card == parser.CardOneToMany:
		return i.include(right, left, m.Include)
	case m.On:
		return newLabelSet(m.MatchingLabels...)
	default:
		return left.without(m.MatchingLabels...)
	}
}

func (i *inference) include(many, one labelSet, names []string) labelSet {
	for _, name := range names {
		if !one.has(name) {
			i.note("a group takes %s from a side that has %s", name, one)
		}
	}
	return many.with(names...)
}

func (i *inference) call(e *parser.Call) labelSet {
	result, found := newLabelSet(), false
	for _, arg := range e.Args {
		set := i.of(arg)
		if t := arg.Type(); !found && (t == parser.ValueTypeVector || t == parser.ValueTypeMatrix) {
			result, found = set, true
		}
	}
	if e.Func.Name != "label_replace" {
		return result
	}
	to, from := e.Args[1].(*parser.StringLiteral).Val, e.Args[3].(*parser.StringLiteral).Val
	if !result.has(from) {
		i.note("label_replace reads %s, which %s does not have: it has %s", from, e.Args[0], result)
	}
	return result.with(to)
}
