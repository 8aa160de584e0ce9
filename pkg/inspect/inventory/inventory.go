// Package inventory decides what there is: the local volumes of a Snapshot, their homes, and who has them.
package inventory

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// VolumeList is the inventory of local volumes.
type VolumeList struct {
	metav1.TypeMeta `json:",inline"`
	Items           []VolumeReport `json:"items"`
	// Summary is there when it was asked for, empty if there are no volumes.
	Summary []SummaryRow `json:"summary,omitzero"`
	// Gaps are what could not be read; fields that depend on it are absent or unknown.
	Gaps []GapReport `json:"gaps,omitempty"`
}

// GapReport is a Gap in the machine output.
type GapReport struct {
	Kind      inspect.Kind `json:"kind"`
	Namespace string       `json:"namespace,omitempty"`
	Reason    string       `json:"reason"`
}

// VolumeReport is what is known of one local volume.
type VolumeReport struct {
	Name  string                       `json:"name"`
	UID   types.UID                    `json:"uid"`
	Phase corev1.PersistentVolumePhase `json:"phase"`
	// Cordoned is why the volume is to be given to nobody, nil if it may be.
	Cordoned *string `json:"cordoned,omitempty"`
	// Capacity is the quantity in its canonical form, CapacityBytes the same in bytes, rounded up.
	Capacity      string                               `json:"capacity"`
	CapacityBytes int64                                `json:"capacityBytes"`
	StorageClass  string                               `json:"storageClass"`
	VolumeMode    corev1.PersistentVolumeMode          `json:"volumeMode"`
	AccessModes   []string                             `json:"accessModes"`
	ReclaimPolicy corev1.PersistentVolumeReclaimPolicy `json:"reclaimPolicy"`
	Source        SourceReport                         `json:"source"`
	Home          HomeReport                           `json:"home"`
	// Claim is what the volume's claimRef names, nil if there is none.
	Claim *VolumeClaim `json:"claim,omitempty"`
	// Doubts are what the volume says of its data and is not believed.
	Doubts []fact.Fact `json:"doubts,omitempty"`
	// Consumers are the Pods that name the bound claim, sorted by name. Nil if that is not known, empty if none do.
	Consumers []Consumer `json:"consumers,omitzero"`
	// MountedBy are the Pods that mount the directory of the volume by its path, past any claim.
	MountedBy []Consumer `json:"mountedBy,omitempty"`
	// Owner is the controller of the consumers: of the first, by name, that has one.
	Owner     *inspect.Owner `json:"owner,omitempty"`
	CreatedAt metav1.Time    `json:"createdAt"`
	// DeletedAt is when deletion of the volume object was asked for.
	DeletedAt *metav1.Time `json:"deletedAt,omitempty"`
}

// SourceReport says what is behind a volume.
type SourceReport struct {
	Type inspect.SourceType `json:"type"`
	// Path is on the node, for local and hostPath.
	Path string `json:"path,omitempty"`
	// Driver and Handle are those of a CSI volume.
	Driver string `json:"driver,omitempty"`
	Handle string `json:"handle,omitempty"`
}

// String is the path, or driver:handle.
func (s SourceReport) String() string {
	if s.Type == inspect.SourceCSI {
		return s.Driver + ":" + s.Handle
	}
	return s.Path
}

// ClaimState says how a volume and the claim that its claimRef names stand to each other.
type ClaimState string

const (
	// ClaimBound means that the claim has the volume.
	ClaimBound ClaimState = "bound"
	// ClaimReserved means that the volume is kept for a claim of that name and is not bound yet.
	ClaimReserved ClaimState = "reserved"
	// ClaimGone means that the claim that had the volume does not exist any more, nor does another one of its name as far as was read.
	ClaimGone ClaimState = "gone"
	// ClaimEarlier means that the claim that had the volume does not exist any more, and another one has its name.
	ClaimEarlier ClaimState = "earlier"
)

// VolumeClaim is the claim that a volume's claimRef names.
type VolumeClaim struct {
	Namespace string     `json:"namespace"`
	Name      string     `json:"name"`
	UID       types.UID  `json:"uid,omitempty"`
	State     ClaimState `json:"state"`
}

// Consumer is a Pod that names the claim.
type Consumer struct {
	Namespace string          `json:"namespace"`
	Name      string          `json:"name"`
	Phase     corev1.PodPhase `json:"phase"`
	Node      string          `json:"node,omitempty"`
}

// VolumeQuery says which volumes are wanted, and how much about each.
type VolumeQuery struct {
	Filter VolumeFilter
	// Detail adds what takes claims, Pods and their controllers to know. They must have been read.
	Detail bool
}

// Volumes reports the local volumes that the query asks for, sorted by home, then name.
func Volumes(ix *inspect.Index, q VolumeQuery) []VolumeReport {
	type placed struct {
		volume *corev1.PersistentVolume
		home   string
	}
	var wanted []placed
	q.Filter.Nodes = allNames(ix, q.Filter.Nodes)
	for _, v := range ix.LocalVolumes() {
		if q.Filter.matches(ix, v) {
			wanted = append(wanted, placed{v, homeLabel(ix, v)})
		}
	}
	// Sorted as pointers: reports are large, and there may be many.
	slices.SortStableFunc(wanted, func(a, b placed) int { return cmp.Compare(a.home, b.home) })
	out := make([]VolumeReport, 0, len(wanted))
	for _, p := range wanted {
		out = append(out, reportVolume(ix, p.volume, q.Detail))
	}
	return out
}

func reportVolume(ix *inspect.Index, v *corev1.PersistentVolume, detail bool) VolumeReport {
	capacity := v.Spec.Capacity[corev1.ResourceStorage]
	r := VolumeReport{
		Name:          v.Name,
		UID:           v.UID,
		Phase:         phaseOf(v),
		Capacity:      capacity.String(),
		CapacityBytes: capacity.Value(),
		StorageClass:  volumehelpers.GetPersistentVolumeClass(v),
		VolumeMode:    modeOf(v),
		AccessModes:   accessModes(v),
		ReclaimPolicy: v.Spec.PersistentVolumeReclaimPolicy,
		Source:        sourceOf(ix, v),
		Home:          reportHome(ix, v),
		Claim:         claimRefOf(ix, v, detail),
		Doubts:        disk.Doubts(v, ix.TakenAt),
		CreatedAt:     v.CreationTimestamp,
		DeletedAt:     v.DeletionTimestamp,
	}
	if reason, cordoned := disk.Cordoned(v); cordoned {
		r.Cordoned = &reason
	}
	for _, p := range disk.New(ix).Mounting(v) {
		r.MountedBy = append(r.MountedBy, consumer(p))
	}
	if detail {
		addConsumers(ix, &r)
	}
	return r
}

// phaseOf is the phase; a volume that the controller has not seen yet has none, and is pending.
func phaseOf(v *corev1.PersistentVolume) corev1.PersistentVolumePhase {
	if v.Status.Phase == "" {
		return corev1.VolumePending
	}
	return v.Status.Phase
}

func modeOf(v *corev1.PersistentVolume) corev1.PersistentVolumeMode {
	if v.Spec.VolumeMode == nil {
		return corev1.PersistentVolumeFilesystem
	}
	return *v.Spec.VolumeMode
}

func accessModes(v *corev1.PersistentVolume) []string {
	out := make([]string, 0, len(v.Spec.AccessModes))
	for _, m := range v.Spec.AccessModes {
		out = append(out, string(m))
	}
	return out
}

func sourceOf(ix *inspect.Index, v *corev1.PersistentVolume) SourceReport {
	kind, _ := ix.LocalSource(v)
	s := SourceReport{Type: kind}
	switch kind {
	case inspect.SourceLocal:
		s.Path = v.Spec.Local.Path
	case inspect.SourceHostPath:
		s.Path = v.Spec.HostPath.Path
	case inspect.SourceCSI:
		s.Driver, s.Handle = v.Spec.CSI.Driver, v.Spec.CSI.VolumeHandle
	}
	return s
}

// claimRefOf tells what became of the claim. Without the claims, the phase says it: the volume controller makes a
// volume Released, and then perhaps Failed, when it finds that the claim of that UID has gone.
func claimRefOf(ix *inspect.Index, v *corev1.PersistentVolume, claimsRead bool) *VolumeClaim {
	ref := v.Spec.ClaimRef
	if ref == nil {
		return nil
	}
	c := &VolumeClaim{Namespace: ref.Namespace, Name: ref.Name, UID: ref.UID, State: ClaimReserved}
	_, gap := ix.Gap(inspect.PersistentVolumeClaims)
	switch phase := phaseOf(v); {
	case phase == corev1.VolumeReleased, phase == corev1.VolumeFailed:
		c.State = ClaimGone
	case claimsRead && !gap && ref.UID != "" && ix.ClaimOf(v) == nil:
		c.State = ClaimGone
	case phase == corev1.VolumeBound:
		c.State = ClaimBound
	}
	if c.State == ClaimGone && ix.Claim(ref.Namespace, ref.Name) != nil && ix.ClaimOf(v) == nil {
		c.State = ClaimEarlier
	}
	return c
}

func addConsumers(ix *inspect.Index, r *VolumeReport) {
	if _, gap := ix.Gap(inspect.Pods); gap {
		return
	}
	r.Consumers = []Consumer{}
	if r.Claim == nil || r.Claim.State != ClaimBound {
		return
	}
	for _, p := range ix.Consumers(r.Claim.Namespace, r.Claim.Name) {
		r.Consumers = append(r.Consumers, consumer(p))
		if owner := ix.OwnerOf(p); r.Owner == nil && !owner.None() {
			r.Owner = &owner
		}
	}
}

func consumer(p *corev1.Pod) Consumer {
	return Consumer{Namespace: p.Namespace, Name: p.Name, Phase: p.Status.Phase, Node: p.Spec.NodeName}
}

// GapReports are the Snapshot's gaps for the machine output.
func GapReports(s *inspect.Snapshot) []GapReport {
	var out []GapReport
	for _, g := range s.Gaps {
		out = append(out, GapReport(g))
	}
	return out
}

// Label is the claim as people read it: "shop/old-0 (gone)".
func (c *VolumeClaim) Label() string {
	if c == nil {
		return ""
	}
	name := c.Namespace + "/" + c.Name
	if c.State == ClaimBound {
		return name
	}
	return name + " (" + string(c.State) + ")"
}

// PhaseLabel is the phase as people read it, with a word for a volume object that is being deleted, and for one that is cordoned.
func (r *VolumeReport) PhaseLabel() string {
	label := string(r.Phase)
	if r.DeletedAt != nil {
		label += ",Terminating"
	}
	switch {
	case r.Cordoned == nil:
	case *r.Cordoned == "":
		label += " (cordoned)"
	default:
		label += " (cordoned: " + *r.Cordoned + ")"
	}
	return label
}

// Free reports whether any claim may have the volume: it is Available, kept for nobody, not cordoned and not being deleted.
func (r *VolumeReport) Free() bool {
	return r.Phase == corev1.VolumeAvailable && r.Claim == nil && r.Cordoned == nil && r.DeletedAt == nil
}

// PodNames are the names of the consumers, and whether they are known.
func (r *VolumeReport) PodNames() (string, bool) {
	if r.Consumers == nil {
		return "", false
	}
	names := make([]string, 0, len(r.Consumers))
	for _, c := range r.Consumers {
		names = append(names, c.Name)
	}
	for _, c := range r.MountedBy {
		names = append(names, c.Name+" (hostPath)")
	}
	slices.Sort(names)
	return strings.Join(names, ","), true
}
