// Package fix finds changes that make a pending Pod fit a Node. Candidates come from the code that was found for each claim, from
// volumes that nearly match, and from what refuses the Pod on single Nodes. The Judge is asked about each, and what helps is a Fix.
package fix

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Risk says how much a fix may cost, least first.
type Risk string

// The risks, least first.
const (
	// RiskNone: nothing is lost and nobody else notices.
	RiskNone Risk = "none"
	// RiskLow: others may notice (a Node takes Pods again), nothing is lost.
	RiskLow Risk = "low"
	// RiskRecreate: an object without data has to be recreated.
	RiskRecreate Risk = "recreate"
	// RiskData: old data is exposed, left behind or given up.
	RiskData Risk = "data"
)

// rank orders risks, least first.
func (r Risk) rank() int { return slices.Index([]Risk{RiskNone, RiskLow, RiskRecreate, RiskData}, r) }

// Fix is a change that makes the Pod schedulable, proved by simulation on the same Snapshot.
type Fix struct {
	// ID names the fix among those of one report, for --print-fix.
	ID string `json:"id"`
	// Titles say what is changed: one thing, or the two of a pair.
	Titles   []fact.Fact    `json:"titles"`
	Commands []fact.Command `json:"commands"`
	Risk     Risk           `json:"risk"`
	// Notes are what the reader must know before running the commands.
	Notes []fact.Fact `json:"notes,omitempty"`
	// Manifest is the object to create or replace, as YAML, if the commands need one.
	Manifest string `json:"manifest,omitempty"`
	// Nodes are those that the Pod then fits, sorted.
	Nodes []string `json:"nodes"`
}

// exposes says how far a fix goes with data besides the Pod's being without it: what is on a volume that it gives away is another claim's, and
// what is overwritten may be what is left of the Pod's own.
func (f Fix) exposes() int {
	worst := 0
	for _, note := range f.Notes {
		switch note.Code {
		case "OldDataComes", "ForeignDataComes", "ReservedDataMayCome":
			worst = max(worst, 1)
		case "OwnDataOverwritten":
			worst = 2
		}
	}
	return worst
}

// NotesByRisk are the notes that say what becomes of data, and the others.
func (f Fix) NotesByRisk() (data, others []fact.Fact) {
	for _, note := range f.Notes {
		switch note.Code {
		case "ContentUnknown", "OldDataComes", "ForeignDataComes", "MoreForeignDataComes", "OwnDataComes", "OwnDataLeft", "OwnDataMayCome", "OwnDataStaysToo", "OwnDataOverwritten", "OldDataStays", "OldDataStaysToo", "PodStartsElsewhere", "PodStartsEmpty", "ReservedDataMayCome", "VolumeStaysElsewhere":
			data = append(data, note)
		default:
			others = append(others, note)
		}
	}
	return data, others
}
