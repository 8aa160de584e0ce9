package inventory

import (
	"cmp"
	"fmt"
	"slices"
)

// SortKey says what volumes are sorted by.
type SortKey string

// The sort keys. Volumes that are equal by a key are sorted by name.
const (
	SortByNode     SortKey = "node"
	SortByName     SortKey = "name"
	SortByCapacity SortKey = "capacity" // smallest first
	SortByPhase    SortKey = "phase"    // in the order of a volume's life
	SortByClass    SortKey = "class"
	SortByAge      SortKey = "age" // youngest first
)

// SortKeys lists every sort key.
func SortKeys() []SortKey {
	return []SortKey{SortByNode, SortByName, SortByCapacity, SortByPhase, SortByClass, SortByAge}
}

// SortVolumes sorts in place. It fails on a key that does not exist.
func SortVolumes(reports []VolumeReport, key SortKey) error {
	var compare func(a, b *VolumeReport) int
	switch key {
	case SortByNode:
		sortByHome(reports)
		return nil
	case SortByName:
		compare = func(*VolumeReport, *VolumeReport) int { return 0 }
	case SortByCapacity:
		compare = func(a, b *VolumeReport) int { return cmp.Compare(a.CapacityBytes, b.CapacityBytes) }
	case SortByPhase:
		life := VolumePhases()
		compare = func(a, b *VolumeReport) int {
			return cmp.Or(cmp.Compare(slices.Index(life, a.Phase), slices.Index(life, b.Phase)), cmp.Compare(a.Phase, b.Phase))
		}
	case SortByClass:
		compare = func(a, b *VolumeReport) int { return cmp.Compare(a.StorageClass, b.StorageClass) }
	case SortByAge:
		compare = func(a, b *VolumeReport) int { return b.CreatedAt.Compare(a.CreatedAt.Time) }
	default:
		return fmt.Errorf("volumes cannot be sorted by %q", key)
	}
	order(reports, compare)
	return nil
}

// sortByHome sorts by the home's label, which for homes of several Nodes is made once, not at each comparison.
func sortByHome(reports []VolumeReport) {
	labels := make(map[string]string, len(reports))
	for i := range reports {
		labels[reports[i].Name] = reports[i].Home.Label()
	}
	order(reports, func(a, b *VolumeReport) int { return cmp.Compare(labels[a.Name], labels[b.Name]) })
}

// order sorts by way of pointers: reports are large, and each moves once this way.
func order(reports []VolumeReport, compare func(a, b *VolumeReport) int) {
	index := make([]*VolumeReport, len(reports))
	for i := range reports {
		index[i] = &reports[i]
	}
	slices.SortFunc(index, func(a, b *VolumeReport) int { return cmp.Or(compare(a, b), cmp.Compare(a.Name, b.Name)) })
	sorted := make([]VolumeReport, 0, len(reports))
	for _, r := range index {
		sorted = append(sorted, *r)
	}
	copy(reports, sorted)
}
