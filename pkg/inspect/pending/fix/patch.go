package fix

import (
	"encoding/json"
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// patchOp is one operation of a JSON patch. The test operations are the guard: if the volume is not what it was
// when this was decided, the API server refuses the whole patch.
type patchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// patchVolume is the command that patches a volume, if it still is what it was.
func patchVolume(v *corev1.PersistentVolume, ops ...patchOp) fact.Command {
	b, err := json.Marshal(append([]patchOp{{"test", "/metadata/uid", v.UID}, {"test", "/status/phase", v.Status.Phase}}, ops...))
	if err != nil {
		return fact.Command{} // texts can always be written
	}
	return fact.Kubectl("patch", "pv", v.Name).With("--type=json", "-p", string(b))
}

// reserveOps reserve a volume for a claim by name: claimRef without UID. The annotation that says the controller
// made the last binding has to go with it (controller/volume/persistentvolume: unbindVolume).
func reserveOps(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) []patchOp {
	var ops []patchOp
	switch ref := v.Spec.ClaimRef; {
	case ref == nil:
		ops = append(ops, patchOp{"test", "/metadata/resourceVersion", v.ResourceVersion})
	case ref.UID != "":
		ops = append(ops, patchOp{"test", "/spec/claimRef/uid", ref.UID})
	default:
		ops = append(ops, reservedOps(v)...)
	}
	if _, ok := v.Annotations[volumehelpers.AnnBoundByController]; ok {
		ops = append(ops, patchOp{Op: "remove", Path: "/metadata/annotations/pv.kubernetes.io~1bound-by-controller"})
	}
	ref := map[string]string{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": c.Namespace, "name": c.Name}
	return append(ops, patchOp{"add", "/spec/claimRef", ref})
}

// reservedOps test that a volume is still reserved for the claim that its claimRef names, and that nobody is binding it:
// the controller writes the claimRef's UID before the phase.
func reservedOps(v *corev1.PersistentVolume) []patchOp {
	ref := v.Spec.ClaimRef
	return []patchOp{
		{"test", "/metadata/resourceVersion", v.ResourceVersion},
		{"test", "/spec/claimRef/namespace", ref.Namespace}, {"test", "/spec/claimRef/name", ref.Name},
	}
}

// onlyReserved reports whether a volume is reserved for a claim by name, and nobody is binding it.
func onlyReserved(v *corev1.PersistentVolume) bool {
	return v.Status.Phase == corev1.VolumeAvailable && v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID == ""
}

// keptData reports whether the commands that hand volumes back have been here: they write down on the volume whose data is
// on it, and reserve it for that claim to come back.
func keptData(v *corev1.PersistentVolume) bool {
	for name := range v.Annotations {
		if strings.HasPrefix(name, "localpv.dev/") && name != disk.AnnWiped {
			return true
		}
	}
	return false
}
