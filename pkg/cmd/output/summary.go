package output

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// Totals is the line under a table: how many volumes of what capacity, in all and by phase.
func Totals(reports []inventory.VolumeReport) string {
	all, phases := inventory.Totals(reports)
	var parts []string
	for _, phase := range shownPhases(phases) {
		t := phases[phase]
		parts = append(parts, fmt.Sprintf("%d %s %s", t.Volumes, phase, Size(t.Sum())))
	}
	return fmt.Sprintf("%s, %s: %s", Count(all.Volumes, "volume"), Size(all.Sum()), strings.Join(parts, ", "))
}

// shownPhases are the phases that some volume has, those that matter most first.
func shownPhases(phases map[corev1.PersistentVolumePhase]inventory.CapacityReport) []corev1.PersistentVolumePhase {
	order := []corev1.PersistentVolumePhase{corev1.VolumeBound, corev1.VolumeAvailable, corev1.VolumeReleased,
		corev1.VolumeFailed, corev1.VolumePending}
	var unusual []corev1.PersistentVolumePhase
	for phase := range phases {
		if !slices.Contains(order, phase) {
			unusual = append(unusual, phase)
		}
	}
	slices.Sort(unusual)
	return slices.DeleteFunc(append(order, unusual...), func(p corev1.PersistentVolumePhase) bool { return phases[p].Volumes == 0 })
}

// SummaryTable is the table of --summary: for each node and class, the volumes and their capacity, in all and for
// each phase that is there at all, and the largest capacity that is free.
func SummaryTable(rows []inventory.SummaryRow, noHeaders bool) Table {
	there := map[corev1.PersistentVolumePhase]inventory.CapacityReport{}
	for _, r := range rows {
		maps.Copy(there, r.Phases)
	}
	phases := shownPhases(there)
	t := Table{Group: 2, NoHeaders: noHeaders}
	t.Columns = []Column{{Name: "NODE"}, {Name: "STATUS"}, {Name: "CLASS", Shrink: true}, {Name: "VOLUMES"}}
	for _, phase := range phases {
		t.Columns = append(t.Columns, Column{Name: strings.ToUpper(string(phase))})
	}
	t.Columns = append(t.Columns, Column{Name: "LARGEST FREE"})
	t.Rows = func(yield func([]Cell) bool) {
		for i := range rows {
			if !yield(summaryRow(&rows[i], phases)) {
				return
			}
		}
	}
	return t
}

func summaryRow(r *inventory.SummaryRow, phases []corev1.PersistentVolumePhase) []Cell {
	row := []Cell{{Text: r.Node}, statusCell(r.Status), {Text: r.StorageClass}, {Text: tally(r.CapacityReport)}}
	for _, phase := range phases {
		cell := Cell{Text: tally(r.Phases[phase])}
		if r.Phases[phase].Volumes > 0 {
			cell.Style = phaseStyle(phase)
		}
		row = append(row, cell)
	}
	return append(row, Cell{Text: r.LargestFree})
}

// tally is a number of volumes with their capacity: "3 (300Gi)".
func tally(t inventory.CapacityReport) string {
	if t.Volumes == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%s)", t.Volumes, Size(t.Sum()))
}
