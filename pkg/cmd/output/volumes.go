package output

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// VolumeTable is how a list of volumes is laid out.
type VolumeTable struct {
	// Now is what ages count back from.
	Now time.Time
	// Wide adds the columns that -o wide does.
	Wide bool
	// NoHeaders leaves the header out.
	NoHeaders bool
	// Group shows a node once for all its volumes. They must be sorted by node.
	Group bool
}

// AgeColumn is the name of the column that changes by itself.
const AgeColumn = "AGE"

const (
	unknown = "unknown"
	// wideFrom is the first column that only -o wide has.
	wideFrom = 8
	// claimFrom is the first column of those that say more about a volume than where it is and how large.
	claimFrom = 5
)

// Table is the table of the volumes.
func (v VolumeTable) Table(reports []inventory.VolumeReport) Table {
	t := Table{Columns: v.Columns(), NoHeaders: v.NoHeaders, Folds: []int{wideFrom, claimFrom}}
	if v.Group {
		t.Group = 2
	}
	t.Rows = func(yield func([]Cell) bool) {
		var row []Cell
		for i := range reports {
			row = v.row(row[:0], &reports[i])
			if !yield(row) {
				return
			}
		}
	}
	return t
}

// Columns are the table's columns.
func (v VolumeTable) Columns() []Column {
	columns := []Column{{Name: "NODE"}, {Name: "STATUS"}, {Name: "VOLUME"}, {Name: "PHASE"}, {Name: "CAPACITY"},
		{Name: "CLASS", Shrink: true}, {Name: "CLAIM"}, {Name: AgeColumn}}
	if v.Wide {
		columns = append(columns, Column{Name: "PATH/DEVICE", Shrink: true}, Column{Name: "MODE"}, Column{Name: "RECLAIM"},
			Column{Name: "POD"}, Column{Name: "OWNER", Shrink: true})
	}
	return columns
}

// Row is the row of one volume.
func (v VolumeTable) Row(r *inventory.VolumeReport) []Cell { return v.row(nil, r) }

func (v VolumeTable) row(row []Cell, r *inventory.VolumeReport) []Cell {
	status := r.Home.Status()
	row = append(row,
		Cell{Text: r.Home.Label()},
		statusCell(status),
		Cell{Text: r.Name},
		Cell{r.PhaseLabel(), phaseStyle(r.Phase)},
		Cell{Text: r.Capacity},
		Cell{Text: r.StorageClass},
		Cell{r.Claim.Label(), claimStyle(r.Claim)},
		Cell{Text: Age(v.Now, r.CreatedAt.Time)},
	)
	if !v.Wide {
		return row
	}
	pods, owner := unknown, unknown
	if names, known := r.PodNames(); known {
		pods, owner = names, ""
	}
	if r.Owner != nil {
		owner = r.Owner.String()
	}
	return append(row, Cell{Text: r.Source.String()}, Cell{Text: string(r.VolumeMode)}, Cell{Text: string(r.ReclaimPolicy)},
		Cell{Text: pods}, Cell{Text: owner})
}

// statusCell shows inspect.HomeReport.Status. That a home cannot be told must not be read as a status of its node.
func statusCell(status string) Cell {
	if status == string(inspect.HomeUnknown) {
		return Cell{"?", Warn}
	}
	return Cell{status, statusStyle(status)}
}

func statusStyle(status string) Style {
	switch {
	case status == "Ready":
		return Good
	case strings.HasPrefix(status, "Ready,"):
		return Warn
	}
	return Bad
}

func phaseStyle(phase corev1.PersistentVolumePhase) Style {
	switch phase {
	case corev1.VolumeAvailable:
		return Good
	case corev1.VolumeReleased, corev1.VolumePending:
		return Warn
	case corev1.VolumeFailed:
		return Bad
	case corev1.VolumeBound:
	}
	return None
}

func claimStyle(c *inventory.VolumeClaim) Style {
	if c != nil && c.State != inventory.ClaimBound {
		return Dim
	}
	return None
}
