package inspect

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// OnDifferentHosts reports whether two volumes are on different machines by what their affinities say alone, for who may not read the Nodes: each
// term asks for values of the same label, or for names of Nodes, and none is of both. By different labels, one machine may be meant.
func OnDifferentHosts(a, b *corev1.PersistentVolume) bool {
	if names, others := fieldNames(a), fieldNames(b); len(names) > 0 && len(others) > 0 {
		return apart(names, others)
	}
	for _, key := range keysOf(a) {
		if values, others := valuesOf(a, key), valuesOf(b, key); len(values) > 0 && len(others) > 0 && apart(values, others) {
			return true
		}
	}
	return false
}

func apart(some, others []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return slices.Contains(others, s) })
}

// keysOf are the labels for whose values the first term of a volume asks.
func keysOf(v *corev1.PersistentVolume) []string {
	var keys []string
	for _, t := range terms(v)[:min(1, len(terms(v)))] {
		for _, r := range t.MatchExpressions {
			if r.Operator == corev1.NodeSelectorOpIn {
				keys = append(keys, r.Key)
			}
		}
	}
	return keys
}

// valuesOf are the values of a label for which the terms of a volume ask, none if one of the terms does not ask for any.
func valuesOf(v *corev1.PersistentVolume, key string) []string {
	var values []string
	for _, t := range terms(v) {
		i := slices.IndexFunc(t.MatchExpressions, func(r corev1.NodeSelectorRequirement) bool {
			return r.Key == key && r.Operator == corev1.NodeSelectorOpIn
		})
		if i < 0 {
			return nil
		}
		values = append(values, t.MatchExpressions[i].Values...)
	}
	return values
}
