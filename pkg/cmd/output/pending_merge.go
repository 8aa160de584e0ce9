package output

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// alikeness is how much two Facts may differ and still be alike.
type alikeness int

const (
	exactly alikeness = iota
	butForAmounts
	butForNames
)

// key is the same for Facts that are alike.
func (a alikeness) key(f fact.Fact) string {
	if a == exactly {
		return f.String()
	}
	var b strings.Builder
	b.WriteString(string(f.Code))
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		b.WriteString("\x00" + name + "=")
		switch {
		case amounts(texts(f.Values[name])):
		case a == butForNames && isName(f.Code, name):
		default:
			b.WriteString(f.Values[name].String())
		}
	}
	return b.String()
}

// isName reports whether a value names an object, or several, of which another could stand in its place. The resource that
// lacks is none: its amounts are of its own kind.
func isName(code fact.Code, name string) bool {
	return (name == "subject" || name == "nodes") && code != pending.CodeResourceLacking
}

// collected is one Fact for several that are alike: what they have in common, with spans of their amounts and lists of their
// names. It is for Facts of one Node as well, since its amounts may be several.
func collected(facts []fact.Fact) fact.Fact {
	first := facts[0]
	var pairs []any
	for name, value := range first.Values {
		all := distinct(facts, name)
		switch {
		case amounts(all):
			pairs = append(pairs, name, span(all))
		case isName(first.Code, name):
			pairs = append(pairs, name, shortNames(all))
		default:
			pairs = append(pairs, name, value)
		}
	}
	return fact.New(first.Code, pairs...)
}

// distinct are the texts of a value in several Facts.
func distinct(facts []fact.Fact, name string) []string {
	all := texts(facts[0].Values[name])
	if len(facts) == 1 {
		return all
	}
	seen := map[string]bool{}
	all = nil
	for _, f := range facts {
		for _, text := range texts(f.Values[name]) {
			if !seen[text] {
				seen[text] = true
				all = append(all, text)
			}
		}
	}
	return all
}

// texts are what a value holds: itself, or the members of a list.
func texts(v fact.Value) []string {
	if list, ok := v.Any().([]string); ok {
		return list
	}
	return []string{v.String()}
}

// amounts reports whether all texts are amounts, and there are any.
func amounts(texts []string) bool {
	return len(texts) > 0 && !slices.ContainsFunc(texts, func(text string) bool {
		_, ok := amount(text)
		return !ok
	})
}

func amount(text string) (resource.Quantity, bool) {
	if text == "" || !digit(text[0]) {
		return resource.Quantity{}, false
	}
	q, err := resource.ParseQuantity(text)
	return q, err == nil
}

// extremes are the smallest and the largest of amounts, once if they are the same; none if not all texts are amounts.
func extremes(texts []string) []string {
	if !amounts(texts) {
		return nil
	}
	low, _ := amount(texts[0])
	high := low
	for _, text := range texts[1:] {
		q, _ := amount(text)
		if q.Cmp(low) < 0 {
			low = q
		}
		if q.Cmp(high) > 0 {
			high = q
		}
	}
	if low.Cmp(high) == 0 {
		return []string{low.String()}
	}
	return []string{low.String(), high.String()}
}

// span writes amounts as a range: 50Gi..100Gi, or 100Gi if there is only one. It is empty if not all texts are amounts.
func span(texts []string) string { return strings.Join(extremes(texts), "..") }
