package drain

import (
	"encoding/json"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clienttesting "k8s.io/client-go/testing"
)

// guard refuses writes whose preconditions or tests do not hold, as the API server does.
func (w *world) guard(action clienttesting.Action) error {
	switch a := action.(type) {
	case clienttesting.PatchActionImpl:
		v := w.volume(a.Name)
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
		obj, err := w.client.Tracker().Get(a.GetResource(), a.Namespace, a.Name)
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
			return apierrors.NewInvalid(schema.GroupKind{Kind: kindVolume}, a.Name, nil)
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

func (w *world) markDeleted(d clienttesting.DeleteActionImpl) error {
	c := w.claim(d.Name)
	at := ago(0)
	c.DeletionTimestamp = &at
	return w.client.Tracker().Update(pvcs(), c, ns)
}

// settle is the volume controller: claims that nobody holds go, volumes follow, reservations are kept.
func (w *world) settle() {
	s := w.everything()
	for _, c := range s.Claims {
		if c.UID == "" {
			c.UID = types.UID(fmt.Sprintf("made-uid-%s", c.Name))
			w.must(w.client.Tracker().Update(pvcs(), c, ns))
		}
		if c.DeletionTimestamp != nil && len(placed(naming(s.Pods, c.Name))) == 0 {
			w.must(w.client.Tracker().Delete(pvcs(), ns, c.Name))
		}
	}
	for _, v := range s.Volumes {
		w.settleVolume(v)
	}
}

func (w *world) settleVolume(v *corev1.PersistentVolume) {
	before := v.DeepCopy()
	ref := v.Spec.ClaimRef
	var c *corev1.PersistentVolumeClaim
	if ref != nil {
		c = w.claim(ref.Name)
	}
	switch {
	case ref == nil:
		v.Status.Phase = corev1.VolumeAvailable
	case ref.UID == "":
		v.Status.Phase = corev1.VolumeAvailable
		if c != nil && c.Spec.VolumeName == "" && c.DeletionTimestamp == nil {
			ref.UID, v.Status.Phase = c.UID, corev1.VolumeBound
			boundTo(v.Name)(c)
			w.must(w.client.Tracker().Update(pvcs(), c, ns))
		}
	case (c == nil || c.UID != ref.UID) && v.Status.Phase == corev1.VolumeBound:
		v.Status.Phase = released
	}
	if before.Status.Phase != v.Status.Phase {
		w.must(w.client.Tracker().Update(pvs(), v, ""))
	}
}

// checkNothingLost holds that each claim there has been is still there, or its manifest on a volume.
func (w *world) checkNothingLost(action clienttesting.Action) {
	s := w.everything()
	there := map[string]bool{}
	for _, c := range s.Claims {
		there[c.Name], w.known[c.Name] = true, true
	}
	for _, v := range s.Volumes {
		if c, err := SavedClaim(v); err == nil && c != nil {
			there[c.Name] = true
		}
	}
	for name := range w.known {
		if !there[name] {
			w.lost = append(w.lost, fmt.Sprintf("%s after %s", name, describeCall(action)))
		}
	}
}
