package pending

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// NodeReport is what is found of a Node, or of several for which exactly the same is found.
type NodeReport struct {
	// Names are the Nodes, sorted.
	Names    []string       `json:"names"`
	Feasible bool           `json:"feasible"`
	Reasons  []NodeReason   `json:"reasons"`
	Volumes  []VolumeReason `json:"volumes"`
	// Room is what a CSI driver reports for the claims' classes on the Nodes.
	Room []Room `json:"room,omitempty"`
}

// NodeReason is one thing for which a plugin refuses a Node. A plugin may have several.
type NodeReason struct {
	Plugin string `json:"plugin"`
	Code   string `json:"code"`
	// Subject is what is in the way: the taint, the resource, the Pod. Want and Have are the two values that were compared.
	Subject string `json:"subject,omitempty"`
	Want    string `json:"want,omitempty"`
	Have    string `json:"have,omitempty"`
	// Reason has these as values too. Of a plugin whose objects tell no more than it says, it has its words.
	Reason fact.Fact `json:"reason"`
}

// newNodeReason takes the compared values from the Fact.
func newNodeReason(plugin, code string, reason fact.Fact) NodeReason {
	return NodeReason{Plugin: plugin, Code: code, Subject: reason.Get("subject"), Want: reason.Get("want"), Have: reason.Get("have"), Reason: reason}
}

// VolumeReason is the verdict on one volume for one claim on the Node it is reported under.
type VolumeReason struct {
	Name  string             `json:"name"`
	Claim string             `json:"claim"`
	Code  inspect.VolumeCode `json:"code"`
	// Subject, Want and Have are what VolumeVerdict tells by the same names.
	Subject string `json:"subject,omitempty"`
	Want    string `json:"want,omitempty"`
	Have    string `json:"have,omitempty"`
	// Reason is zero until Tell is called: there may be 100,000 of these, and people are shown few.
	Reason fact.Fact `json:"reason,omitzero"`

	verdict *match.VolumeVerdict
}

// Fact is what there is to say of the volume.
func (r VolumeReason) Fact() fact.Fact {
	if r.verdict == nil || !r.Reason.IsZero() {
		return r.Reason
	}
	return r.verdict.Fact()
}

// Claimant is who has a volume that the claim cannot have for that; empty if that is not known of the report.
func (r VolumeReason) Claimant() match.Claimant {
	if r.verdict == nil || r.Code != inspect.ClaimedByOther {
		return ""
	}
	return r.verdict.Claimant()
}

// Tell returns a report with the Reason of each volume told. The report itself stays as it is.
func (n NodeReport) Tell() NodeReport {
	n.Volumes = slices.Clone(n.Volumes)
	for i := range n.Volumes {
		n.Volumes[i].Reason = n.Volumes[i].Fact()
	}
	return n
}

// Room is the capacity that a CSI driver reports for a class on a Node.
type Room struct {
	Claim        string `json:"claim"`
	StorageClass string `json:"storageClass"`
	Driver       string `json:"driver"`
	Want         string `json:"want"`
	// Have is empty if the driver reports nothing.
	Have   string            `json:"have"`
	Enough bool              `json:"enough"`
	Free   resource.Quantity `json:"-"`
}

// Node is what is found of a Node, and whether it was asked.
func (r *PodReport) Node(name string) (NodeReport, bool) {
	for _, n := range r.Nodes {
		if _, found := slices.BinarySearch(n.Names, name); found {
			return n, true
		}
	}
	return NodeReport{}, false
}
