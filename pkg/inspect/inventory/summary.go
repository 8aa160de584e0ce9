package inventory

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// SummaryRow counts the volumes of one class on one home.
type SummaryRow struct {
	// Node names the home, its status Status; a home of several Nodes has them all, with commas between.
	Node           string `json:"node"`
	Status         string `json:"status"`
	StorageClass   string `json:"storageClass"`
	CapacityReport `json:",inline"`
	// Phases has an entry for each phase that some volume has.
	Phases map[corev1.PersistentVolumePhase]CapacityReport `json:"phases"`
	// LargestFree is the largest capacity among the volumes that any claim may have, empty if there are none.
	LargestFree      string `json:"largestFree,omitempty"`
	LargestFreeBytes int64  `json:"largestFreeBytes"`
}

// CapacityReport counts volumes and sums their capacities.
type CapacityReport struct {
	Volumes       int    `json:"volumes"`
	Capacity      string `json:"capacity"`
	CapacityBytes int64  `json:"capacityBytes"`

	sum resource.Quantity
}

// Sum is the summed capacity, in the format (binary or decimal) of the first that was added.
func (t CapacityReport) Sum() resource.Quantity { return t.sum.DeepCopy() }

func (t *CapacityReport) add(r *VolumeReport) {
	q, err := resource.ParseQuantity(r.Capacity)
	if err != nil {
		q = *resource.NewQuantity(r.CapacityBytes, resource.BinarySI)
	}
	t.Volumes++
	t.sum.Add(q)
}

// fill writes out what was summed.
func (t *CapacityReport) fill() {
	t.Capacity, t.CapacityBytes = t.sum.String(), t.sum.Value()
}

// Totals counts volumes in all and by phase.
func Totals(reports []VolumeReport) (CapacityReport, map[corev1.PersistentVolumePhase]CapacityReport) {
	var all CapacityReport
	phases := map[corev1.PersistentVolumePhase]CapacityReport{}
	for i := range reports {
		all.add(&reports[i])
		t := phases[reports[i].Phase]
		t.add(&reports[i])
		phases[reports[i].Phase] = t
	}
	all.fill()
	for phase, t := range phases {
		t.fill()
		phases[phase] = t
	}
	return all, phases
}

// Summarize counts volumes by home and class, sorted by both. A volume with several homes counts once, under all
// of them together.
func Summarize(reports []VolumeReport) []SummaryRow {
	type key struct{ node, class string }
	groups := map[key][]VolumeReport{}
	for i := range reports {
		k := key{reports[i].Home.Label(), reports[i].StorageClass}
		groups[k] = append(groups[k], reports[i])
	}
	rows := make([]SummaryRow, 0, len(groups))
	for k, group := range groups {
		row := SummaryRow{Node: k.node, Status: group[0].Home.Status(), StorageClass: k.class}
		row.CapacityReport, row.Phases = Totals(group)
		for i := range group {
			if r := &group[i]; r.Free() && r.CapacityBytes >= row.LargestFreeBytes {
				row.LargestFree, row.LargestFreeBytes = r.Capacity, r.CapacityBytes
			}
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b SummaryRow) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.StorageClass, b.StorageClass))
	})
	return rows
}
