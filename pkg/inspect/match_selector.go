package inspect

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// worded is one requirement of a selector in words, made once for all the volumes that it is held against.
type worded struct {
	labels.Requirement
	text string
	// lacking is what is said of a volume that does not have the label at all.
	lacking string
}

// wordedRequirements are the requirements of a selector, sorted by how Kubernetes writes them.
func wordedRequirements(selector labels.Selector) []worded {
	requirements, _ := selector.Requirements()
	out := make([]worded, 0, len(requirements))
	for _, r := range requirements {
		out = append(out, worded{Requirement: r, text: requirementText(r), lacking: "no label " + r.Key()})
	}
	slices.SortStableFunc(out, func(a, b worded) int { return cmp.Compare(a.String(), b.String()) })
	return out
}

// unmet puts the requirements that a set of labels fails into words, beside what the labels are.
func unmet(requirements []worded, set labels.Set) (want, have string) {
	var wants, haves []string
	for _, r := range requirements {
		if !r.Matches(set) {
			wants = append(wants, r.text)
			haves = append(haves, r.of(set))
		}
	}
	return strings.Join(wants, " and "), strings.Join(slices.Compact(haves), " and ")
}

// of is what a set of labels has under the requirement's key.
func (r worded) of(set labels.Set) string {
	if !set.Has(r.Key()) {
		return r.lacking
	}
	return r.Key() + "=" + set.Get(r.Key())
}

func requirementText(r labels.Requirement) string {
	values := r.Values().List()
	switch r.Operator() {
	case selection.Exists:
		return "label " + r.Key()
	case selection.DoesNotExist:
		return "no label " + r.Key()
	case selection.NotIn:
		return r.Key() + " not in (" + strings.Join(values, ",") + ")"
	default:
		if len(values) == 1 {
			return r.Key() + "=" + values[0]
		}
		return r.Key() + " in (" + strings.Join(values, ",") + ")"
	}
}
