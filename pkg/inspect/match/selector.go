package match

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// written is one requirement of a selector as Kubernetes writes it, made once for all the volumes that it is held against.
type written struct {
	labels.Requirement
	text string
	// lacking is what a volume has that lacks the label: !disk.
	lacking string
}

// writtenRequirements are the requirements of a selector, sorted by how Kubernetes writes them.
func writtenRequirements(selector labels.Selector) []written {
	requirements, _ := selector.Requirements()
	out := make([]written, 0, len(requirements))
	for _, r := range requirements {
		out = append(out, written{Requirement: r, text: requirementText(r), lacking: "!" + r.Key()})
	}
	slices.SortStableFunc(out, func(a, b written) int { return cmp.Compare(a.String(), b.String()) })
	return out
}

// unmet are the requirements that a set of labels fails, beside what the labels are, both as Kubernetes writes them.
func unmet(requirements []written, set labels.Set) (want, have []string) {
	for _, r := range requirements {
		if !r.Matches(set) {
			want = append(want, r.text)
			have = append(have, r.of(set))
		}
	}
	return want, slices.Compact(have)
}

// of is what a set of labels has under the requirement's key.
func (r written) of(set labels.Set) string {
	if !set.Has(r.Key()) {
		return r.lacking
	}
	return r.Key() + "=" + set.Get(r.Key())
}

func requirementText(r labels.Requirement) string {
	values := r.Values().List()
	switch r.Operator() {
	case selection.Exists:
		return r.Key()
	case selection.DoesNotExist:
		return "!" + r.Key()
	case selection.NotIn:
		return r.Key() + " notin (" + strings.Join(values, ",") + ")"
	default:
		if len(values) == 1 {
			return r.Key() + "=" + values[0]
		}
		return r.Key() + " in (" + strings.Join(values, ",") + ")"
	}
}
