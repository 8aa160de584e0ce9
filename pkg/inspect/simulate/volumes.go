package simulate

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"
)

// volumeIndex finds the volumes that the scheduler's binder could choose for a claim on a Node. It may name too
// many, never too few: the binder itself makes every check again.
//
// What it leaves out, FindMatchingVolume (k8s.io/component-helpers/storage/volume) passes over without effect:
// volumes of other classes, which the binder does not list; volumes whose claimRef names another claim; and
// volumes without claimRef whose every affinity term asks for label values that the Node does not have. A
// volume whose claimRef names the claim is found for every Node, because it refuses those where it cannot be
// used.
type volumeIndex struct {
	free    map[string][]*corev1.PersistentVolume // without claimRef, by class
	claimed map[types.NamespacedName][]*corev1.PersistentVolume
	buckets map[string]*buckets // of free, by class, made when first asked for
}

// buckets holds volumes by a label value that a Node must have, so that a Node's volumes are found by its
// labels. Labels of Nodes are not looked at before, so a Node may change or come without any effect here.
type buckets struct {
	keys    []string // sorted
	byLabel map[label][]*corev1.PersistentVolume
	rest    []*corev1.PersistentVolume // those that no single label key pins
}

type label struct{ key, value string }

// newVolumeIndex indexes volumes; its lists keep their order.
func newVolumeIndex(volumes []*corev1.PersistentVolume) *volumeIndex {
	ix := &volumeIndex{
		free:    map[string][]*corev1.PersistentVolume{},
		claimed: map[types.NamespacedName][]*corev1.PersistentVolume{},
		buckets: map[string]*buckets{},
	}
	for _, v := range volumes {
		if ref := v.Spec.ClaimRef; ref != nil {
			k := types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}
			ix.claimed[k] = append(ix.claimed[k], v)
			continue
		}
		class := volumehelpers.GetPersistentVolumeClass(v)
		ix.free[class] = append(ix.free[class], v)
	}
	return ix
}

// candidates returns the volumes of a class that one of the claims could get on a Node with these labels, in no
// particular order, each once.
func (ix *volumeIndex) candidates(class string, nodeLabels map[string]string, claims []types.NamespacedName) []*corev1.PersistentVolume {
	b, ok := ix.buckets[class]
	if !ok {
		b = newBuckets(ix.free[class])
		ix.buckets[class] = b
	}
	found := slices.Clone(b.rest)
	for _, key := range b.keys {
		if value, ok := nodeLabels[key]; ok {
			found = append(found, b.byLabel[label{key, value}]...)
		}
	}
	for _, c := range claims {
		for _, v := range ix.claimed[c] {
			if volumehelpers.GetPersistentVolumeClass(v) == class {
				found = append(found, v)
			}
		}
	}
	return found
}

func newBuckets(volumes []*corev1.PersistentVolume) *buckets {
	population := map[label]int{}
	for _, v := range volumes {
		for _, t := range terms(v) {
			for _, l := range wanted(t) {
				population[l]++
			}
		}
	}
	b := &buckets{byLabel: map[label][]*corev1.PersistentVolume{}}
	for _, v := range volumes {
		pins := pinsOf(v, population)
		if pins == nil {
			b.rest = append(b.rest, v)
			continue
		}
		for _, l := range pins {
			b.byLabel[l] = append(b.byLabel[l], v)
		}
	}
	for l := range b.byLabel {
		b.keys = append(b.keys, l.key)
	}
	slices.Sort(b.keys)
	b.keys = slices.Compact(b.keys)
	return b
}

// pinsOf returns the labels of which a Node must have one to be a home of a volume, all under one key; nil if there is
// no such key.
func pinsOf(v *corev1.PersistentVolume, population map[label]int) []label {
	if ts := terms(v); len(ts) == 1 {
		if labels := wanted(ts[0]); len(labels) == 1 {
			return labels // nearly every local volume: one term that names one host
		}
	}
	return leastCrowded(pinsByKey(v), population)
}

// pinsByKey returns, for each label key that every term of a volume's affinity asks values of, those values: a
// Node that has none of them under that key matches no term.
func pinsByKey(v *corev1.PersistentVolume) map[string][]label {
	var pins map[string][]label
	for i, t := range terms(v) {
		here := map[string][]label{}
		for _, l := range wanted(t) {
			here[l.key] = append(here[l.key], l)
		}
		if i == 0 {
			pins = here
			continue
		}
		for key := range pins {
			if _, ok := here[key]; !ok {
				delete(pins, key)
				continue
			}
			pins[key] = append(pins[key], here[key]...)
		}
	}
	return pins
}

// leastCrowded chooses the key whose labels the fewest volumes ask for, the first by name if equal, so that a
// host is preferred over a zone. It returns the labels sorted, each once, or nil if there are no keys.
func leastCrowded(pins map[string][]label, population map[label]int) []label {
	var best []label
	least := 0
	for _, labels := range pins {
		slices.SortFunc(labels, func(a, b label) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.value, b.value)) })
		labels = slices.Compact(labels)
		crowd := 0
		for _, l := range labels {
			crowd += population[l]
		}
		if best == nil || crowd < least || crowd == least && labels[0].key < best[0].key {
			best, least = labels, crowd
		}
	}
	return best
}

// wanted returns the labels of which a term's In requirements ask for one per requirement. Of a key that is
// asked for twice, both lists count: too many, never too few.
func wanted(t corev1.NodeSelectorTerm) []label {
	var labels []label
	for _, e := range t.MatchExpressions {
		if e.Operator != corev1.NodeSelectorOpIn {
			continue
		}
		for _, value := range e.Values {
			labels = append(labels, label{e.Key, value})
		}
	}
	return labels
}

// terms are the ORed terms of a volume's required node affinity.
func terms(v *corev1.PersistentVolume) []corev1.NodeSelectorTerm {
	if v.Spec.NodeAffinity == nil || v.Spec.NodeAffinity.Required == nil {
		return nil
	}
	return v.Spec.NodeAffinity.Required.NodeSelectorTerms
}
