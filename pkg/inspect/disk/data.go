package disk

import (
	"encoding/json"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// The annotations of volumes that say something about the disk.
const (
	// AnnWiped says that what was on the disk has been erased: JSON, see Wipe.
	AnnWiped = "localpv.dev/wiped"
	// AnnCordoned says that the volume is to be given to nobody; its value is the reason. It is the mark of a cordoned volume. An
	// Available one is reserved for a claim of CordonNamespace besides, so that the scheduler takes it for nobody.
	AnnCordoned = "localpv.dev/cordoned"
	// AnnDataOf says which claim had the volume last, once its claimRef is gone: JSON, see Owner.
	AnnDataOf = "localpv.dev/data-of"
	// AnnReleasedClaim holds the manifest of the claim that was last released from the volume.
	AnnReleasedClaim = inspect.AnnReleasedClaim
)

// CordonNamespace is the namespace, which must not exist, of the claims that cordoned volumes are reserved for. The name of the claim is
// the reason.
const CordonNamespace = "localpv-cordoned"

// Wipe is what AnnWiped holds.
type Wipe struct {
	// At is when the disk was found to be empty.
	At time.Time `json:"at"`
	// Method is how it was erased.
	Method string `json:"method,omitempty"`
	// Verified says that the disk was read afterwards and nothing was found. Without it the annotation says nothing.
	Verified bool `json:"verified"`
}

// Owner is a claim that had a volume.
type Owner struct {
	Namespace string    `json:"namespace"`
	Name      string    `json:"name"`
	UID       types.UID `json:"uid,omitempty"`
}

// Key is the namespace and name of the claim.
func (o Owner) Key() types.NamespacedName {
	return types.NamespacedName{Namespace: o.Namespace, Name: o.Name}
}

// State says what is known of the data on a volume.
type State string

const (
	// Wiped means that the disk was erased, and no claim is known to have had it since.
	Wiped State = "wiped"
	// Known means that the data of a claim is on it.
	Known State = "known"
	// Unknown means that nothing is recorded. It may be new, or hold anything.
	Unknown State = "unknown"
)

// Data is what is known of the data on a volume.
type Data struct {
	State State
	// Claim is whose data it is, with Known.
	Claim Owner
	// Since is when the disk was erased, with Wiped, and when the claim was gone, with Known; zero if that is not recorded.
	Since time.Time
}

// Foreign reports whether it is known to be the data of another claim.
func (d Data) Foreign(claim types.NamespacedName) bool {
	return d.State == Known && d.Claim.Key() != claim
}

// DataOf tells whose data is on a volume now, by what is recorded: that it was wiped, if no claim is recorded that had it since; else
// the claim that its claimRef names with a UID, which is or was bound to it; else the one that reclaim or release has noted. What
// somebody binds and frees without this program leaves no trace. What cannot be believed tells nothing: see Doubts.
func DataOf(v *corev1.PersistentVolume, now time.Time) Data {
	owner, until := lastOwner(v)
	if w, ok := wipeOf(v, now); ok && !boundSince(v, w.At) && !olderThan(v, w) {
		return Data{State: Wiped, Since: w.At}
	}
	if owner.Name == "" {
		return Data{State: Unknown}
	}
	return Data{State: Known, Claim: owner, Since: until}
}

// lastOwner is the claim that has or had a volume, and when that was gone if it is known.
func lastOwner(v *corev1.PersistentVolume) (owner Owner, until time.Time) {
	if ref := v.Spec.ClaimRef; namesOwner(ref) {
		if t := v.Status.LastPhaseTransitionTime; t != nil && v.Status.Phase != corev1.VolumeBound {
			until = t.Time
		}
		return Owner{Namespace: ref.Namespace, Name: ref.Name, UID: ref.UID}, until
	}
	if owner, err := notedOwner(v); err == nil && owner.Name != "" {
		return owner, until
	}
	if c, err := inspect.DecodeClaim(v.Annotations[AnnReleasedClaim]); err == nil {
		return Owner{Namespace: c.Namespace, Name: c.Name, UID: c.UID}, until
	}
	return Owner{}, until
}

// namesOwner reports whether a claimRef names a claim that is or was bound to its volume.
func namesOwner(ref *corev1.ObjectReference) bool {
	return ref != nil && ref.UID != "" && ref.Namespace != CordonNamespace
}

// notedOwner is the claim that AnnDataOf names, empty if nothing is noted.
func notedOwner(v *corev1.PersistentVolume) (Owner, error) {
	text := v.Annotations[AnnDataOf]
	if text == Written {
		return Owner{}, nil
	}
	var owner Owner
	if err := json.Unmarshal([]byte(text), &owner); err != nil {
		return Owner{}, err
	}
	if owner.Namespace == "" || owner.Name == "" {
		return Owner{}, inspect.ErrNoClaim
	}
	return owner, nil
}

// wipeOf is what is recorded of a wipe, false if none was verified, or that is still to come: whoever wrote it has another clock, or did
// not tell what happened.
func wipeOf(v *corev1.PersistentVolume, now time.Time) (Wipe, bool) {
	w := Wipe{}
	err := json.Unmarshal([]byte(v.Annotations[AnnWiped]), &w)
	return w, err == nil && w.Verified && !w.At.IsZero() && !w.At.After(now)
}

// olderThan reports whether a wipe was before its volume object was created. Such a record was copied, from a backup or a file, and what became
// of the disk in between nobody tells.
func olderThan(v *corev1.PersistentVolume, w Wipe) bool { return w.At.Before(v.CreationTimestamp.Time) }

// boundSince reports whether a claim has had a volume since some time, or may have: it has it now; it was Released later than that, so
// that the claim had it then; or a claim is recorded that is younger. (Whoever records an older one later, takes the annotation
// away: see Written.)
func boundSince(v *corev1.PersistentVolume, at time.Time) bool {
	if ref := v.Spec.ClaimRef; ref != nil && ref.UID != "" {
		released := v.Status.Phase == corev1.VolumeReleased || v.Status.Phase == corev1.VolumeFailed
		since := v.Status.LastPhaseTransitionTime
		if !released || since == nil || since.After(at) {
			return true
		}
	}
	c, err := inspect.DecodeClaim(v.Annotations[AnnReleasedClaim])
	return err == nil && c.CreationTimestamp.After(at)
}

// Written is the value of AnnWiped and AnnDataOf on a volume that a claim has had since, which is recorded.
const Written = ""

// Cordoned reports whether a volume is cordoned, and why.
func Cordoned(v *corev1.PersistentVolume) (reason string, cordoned bool) {
	if reason, cordoned = v.Annotations[AnnCordoned]; cordoned {
		return reason, true
	}
	if ref := v.Spec.ClaimRef; ref != nil && ref.Namespace == CordonNamespace {
		return ref.Name, true
	}
	return "", false
}

// Cordon is the command that keeps a free volume from everybody, unless it has changed since it was read. The reason is a name.
func Cordon(v *corev1.PersistentVolume, reason string) fact.Command {
	version := ""
	if v.ResourceVersion != "" {
		version = `"resourceVersion":"` + v.ResourceVersion + `",`
	}
	return fact.Kubectl("patch", "pv", v.Name).With("--type=merge", "-p", `{"metadata":{`+version+`"annotations":{"`+AnnCordoned+`":"`+reason+
		`"}},"spec":{"claimRef":{"namespace":"`+CordonNamespace+`","name":"`+reason+`"}}}`)
}

// Uncordon are the commands that end that a volume is cordoned.
func Uncordon(v *corev1.PersistentVolume) []fact.Command {
	var out []fact.Command
	if _, marked := v.Annotations[AnnCordoned]; marked {
		out = append(out, fact.Kubectl("annotate", "pv", v.Name).With(AnnCordoned+"-"))
	}
	if ref := v.Spec.ClaimRef; ref != nil && ref.Namespace == CordonNamespace {
		const patch = `[{"op":"test","path":"/spec/claimRef/namespace","value":"` + CordonNamespace + `"},{"op":"remove","path":"/spec/claimRef"}]`
		out = append(out, fact.Kubectl("patch", "pv", v.Name).With("--type=json", "-p", patch))
	}
	return out
}
