package draintest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// guard refuses writes whose preconditions or tests do not hold, as the API server does.
func (w *World) guard(action clienttesting.Action) error {
	switch a := action.(type) {
	case clienttesting.PatchActionImpl:
		v := w.Volume(a.Name)
		if v == nil {
			return nil
		}
		if a.GetPatchType() == types.MergePatchType {
			var body corev1.PersistentVolume
			if err := json.Unmarshal(a.Patch, &body); err != nil {
				return err
			}
			if body.ResourceVersion != v.ResourceVersion {
				return conflict("persistentvolumes", a.Name)
			}
			return nil
		}
		return guardTests(a, v)
	case clienttesting.DeleteActionImpl:
		p := a.DeleteOptions.Preconditions
		if p == nil || p.UID == nil {
			return errors.New("a delete without a UID is never right")
		}
		obj, err := w.Client.Tracker().Get(a.GetResource(), a.Namespace, a.Name)
		if err != nil {
			return err
		}
		o, _ := obj.(metav1.Object)
		if *p.UID != o.GetUID() || p.ResourceVersion != nil && *p.ResourceVersion != o.GetResourceVersion() {
			return conflict(a.GetResource().Resource, a.Name)
		}
	}
	return nil
}

func guardTests(a clienttesting.PatchActionImpl, v *corev1.PersistentVolume) error {
	var ops []patchOp
	if err := json.Unmarshal(a.Patch, &ops); err != nil {
		return err
	}
	have := map[string]string{"/metadata/uid": string(v.UID), "/status/phase": string(v.Status.Phase), "/metadata/resourceVersion": v.ResourceVersion}
	if v.Spec.ClaimRef != nil {
		have["/spec/claimRef/uid"] = string(v.Spec.ClaimRef.UID)
	}
	tests := 0
	for _, op := range ops {
		if op.Op != "test" {
			continue
		}
		tests++
		if have[op.Path] != fmt.Sprint(op.Value) {
			return apierrors.NewInvalid(schema.GroupKind{Kind: drain.KindVolume}, a.Name, nil)
		}
	}
	if tests < 3 {
		return errors.New("a patch of a claimRef without its guards is never right")
	}
	return nil
}

func conflict(resource, name string) error {
	return apierrors.NewConflict(schema.GroupResource{Resource: resource}, name, errors.New("it was changed"))
}

func (w *World) markDeleted(d clienttesting.DeleteActionImpl) error {
	c := w.Claim(d.Name)
	at := Ago(0)
	c.DeletionTimestamp = &at
	return w.Client.Tracker().Update(Pvcs(), c, Ns)
}

// settle is what controllers do, until they have no more to do.
func (w *World) settle() {
	w.settleVolumes(w.Everything())
	for range 3 {
		if s := w.Everything(); len(s.StatefulSets) > 0 {
			w.settleMembers(s)
			w.settleVolumes(w.Everything())
		}
	}
}

// settleVolumes is the volume controller: claims that nobody holds go, volumes follow, reservations are kept.
func (w *World) settleVolumes(s *inspect.Snapshot) {
	for _, c := range s.Claims {
		if c.UID == "" {
			c.UID = types.UID(fmt.Sprintf("made-uid-%s", c.Name))
			w.Must(w.Client.Tracker().Update(Pvcs(), c, Ns))
		}
		held := slices.ContainsFunc(s.Pods, func(p *corev1.Pod) bool {
			return p.Spec.NodeName != "" && slices.Contains(inspect.ClaimNames(p), c.Name)
		})
		if c.DeletionTimestamp != nil && !held {
			w.Must(w.Client.Tracker().Delete(Pvcs(), Ns, c.Name))
		}
	}
	for _, v := range s.Volumes {
		w.settleVolume(v)
	}
}

func (w *World) settleVolume(v *corev1.PersistentVolume) {
	before := v.DeepCopy()
	ref := v.Spec.ClaimRef
	var c *corev1.PersistentVolumeClaim
	if ref != nil {
		c = w.Claim(ref.Name)
	}
	switch {
	case ref == nil:
		v.Status.Phase = corev1.VolumeAvailable
	case ref.UID == "":
		v.Status.Phase = corev1.VolumeAvailable
		if c != nil && (c.Spec.VolumeName == "" || c.Spec.VolumeName == v.Name && !inspect.FullyBound(c)) && c.DeletionTimestamp == nil {
			ref.UID, v.Status.Phase = c.UID, corev1.VolumeBound
			BoundTo(v.Name)(c)
			w.Must(w.Client.Tracker().Update(Pvcs(), c, Ns))
		}
	case (c == nil || c.UID != ref.UID) && (v.Status.Phase == corev1.VolumeBound || v.Status.Phase == corev1.VolumeAvailable):
		v.Status.Phase = Released
	case c != nil && c.UID == ref.UID && c.Status.Phase == corev1.ClaimLost && inspect.FullyBound(c) && c.Spec.VolumeName == v.Name:
		v.Status.Phase, c.Status.Phase = corev1.VolumeBound, corev1.ClaimBound
		w.Must(w.Client.Tracker().Update(Pvcs(), c, Ns))
	}
	if before.Status.Phase != v.Status.Phase {
		w.Must(w.Client.Tracker().Update(Pvs(), v, ""))
	}
}

// checkNothingLost holds that each claim there has been is still there, or its manifest on a volume.
func (w *World) checkNothingLost(action clienttesting.Action) {
	s := w.Everything()
	there := map[string]bool{}
	for _, c := range s.Claims {
		there[c.Name], w.known[c.Name] = true, true
	}
	for _, v := range s.Volumes {
		if c, err := retain.RecordedClaim(v); err == nil && c != nil {
			there[c.Name] = true
		}
	}
	for name := range w.known {
		if !there[name] {
			w.Lost = append(w.Lost, fmt.Sprintf("%s after %s", name, describeCall(action)))
		}
	}
}

// patchOp is one operation of a JSON patch.
type patchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}
