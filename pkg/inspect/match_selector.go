package inspect

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// unmet puts the requirements of a selector that a set of labels fails into words, beside what the labels are.
func unmet(selector labels.Selector, set labels.Set) (want, have string) {
	requirements, _ := selector.Requirements()
	requirements = slices.Clone(requirements)
	slices.SortStableFunc(requirements, func(a, b labels.Requirement) int { return cmp.Compare(a.String(), b.String()) })
	var wants, haves []string
	for _, r := range requirements {
		if !r.Matches(set) {
			wants = append(wants, requirementText(r))
			haves = append(haves, labelText(set, r.Key()))
		}
	}
	return strings.Join(wants, " and "), strings.Join(slices.Compact(haves), " and ")
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

func labelText(set labels.Set, key string) string {
	if !set.Has(key) {
		return "no label " + key
	}
	return key + "=" + set.Get(key)
}
