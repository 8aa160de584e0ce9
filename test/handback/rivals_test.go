package handback

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// rival is somebody who acts on a volume while it is reclaimed.
type rival struct {
	name string
	// waits: a claim and its Pod want the volume from the beginning.
	waits bool
	act   func(ctx context.Context, v *slot) error
}

func rivals() []rival {
	return []rival{
		{name: "waiting", waits: true, act: func(context.Context, *slot) error { return nil }},
		{name: "arriving", act: func(ctx context.Context, v *slot) error { return v.want(ctx, "heir-"+v.name, false) }},
		{name: "namesake", act: func(ctx context.Context, v *slot) error { return v.want(ctx, "old-"+v.name, true) }},
		{name: "pair", act: func(ctx context.Context, v *slot) error {
			if err := v.want(ctx, "one-"+v.name, true); err != nil {
				return err
			}
			return v.want(ctx, "two-"+v.name, false)
		}},
		{name: "taker", waits: true, act: func(ctx context.Context, v *slot) error {
			// Somebody frees the volume by hand, and one of two that wait has taken it before the plugin gets any further. The
			// other one takes it as well if the plugin frees it once more.
			if err := v.want(ctx, "rest-"+v.name, false); err != nil {
				return err
			}
			if err := v.point(ctx, nil); err != nil {
				return err
			}
			return v.taken(ctx)
		}},
		{name: "giver", waits: true, act: func(ctx context.Context, v *slot) error {
			if err := v.point(ctx, map[string]any{"namespace": v.s.Name, "name": "chosen-" + v.name, "uid": nil, "resourceVersion": nil}); err != nil {
				return err
			}
			return v.want(ctx, "chosen-"+v.name, true)
		}},
		{name: "deleter", waits: true, act: recreate},
		{name: "passer", waits: true, act: func(ctx context.Context, v *slot) error {
			// The volume is bound and released again: it is Released as before, but by another claim.
			if err := v.point(ctx, nil); err != nil {
				return err
			}
			if err := v.taken(ctx); err != nil {
				return err
			}
			return v.leave(ctx, "heir-"+v.name)
		}},
	}
}

// point sets the claimRef of the volume, as kubectl patch would: without looking. A volume that somebody has been bound
// to meanwhile is left alone, as doing that would be the rival's mistake, not the plugin's.
func (v *slot) point(ctx context.Context, ref map[string]any) error {
	volumes := cluster.Client().CoreV1().PersistentVolumes()
	for {
		pv, err := volumes.Get(ctx, v.s.VolumeName(v.name), metav1.GetOptions{})
		if err != nil || pv.Status.Phase != corev1.VolumeReleased {
			return err
		}
		patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"resourceVersion": pv.ResourceVersion}, "spec": map[string]any{"claimRef": ref}})
		if err != nil {
			return err
		}
		if _, err = volumes.Patch(ctx, pv.Name, types.MergePatchType, patch, metav1.PatchOptions{}); !apierrors.IsConflict(err) {
			return err
		}
	}
}

// taken waits until a Pod runs with the volume.
func (v *slot) taken(ctx context.Context) error {
	wanting := metav1.ListOptions{LabelSelector: "slot=" + v.name}
	return controlplane.WaitForAll(ctx, cluster.Client().CoreV1().Pods(v.s.Name), "that want "+v.name, wanting, func(pods []*corev1.Pod) (bool, string) {
		for _, p := range pods {
			if met, _ := controlplane.PodReady(p); met {
				return true, ""
			}
		}
		return false, "none runs"
	})
}

// leave deletes a claim and its Pod, and waits until the volume is Released.
func (v *slot) leave(ctx context.Context, claim string) error {
	core := cluster.Client().CoreV1()
	c, err := core.PersistentVolumeClaims(v.s.Name).Get(ctx, claim, metav1.GetOptions{})
	if err != nil {
		return err
	}
	v.s.Forget(c.UID)
	if err := core.Pods(v.s.Name).Delete(ctx, claim, metav1.DeleteOptions{GracePeriodSeconds: ptr.To(int64(0))}); err != nil {
		return err
	}
	if err := core.PersistentVolumeClaims(v.s.Name).Delete(ctx, claim, metav1.DeleteOptions{}); err != nil {
		return err
	}
	_, err = controlplane.WaitFor(ctx, core.PersistentVolumes(), v.s.VolumeName(v.name), controlplane.VolumePhase(corev1.VolumeReleased))
	return err
}

// recreate deletes the volume and creates it again, as a provisioner does that has cleaned it.
func recreate(ctx context.Context, v *slot) error {
	volumes := cluster.Client().CoreV1().PersistentVolumes()
	var pv *corev1.PersistentVolume
	for {
		var err error
		if pv, err = volumes.Get(ctx, v.s.VolumeName(v.name), metav1.GetOptions{}); err != nil {
			return err
		}
		if pv.Status.Phase == corev1.VolumeBound {
			return nil // whoever deletes that loses it for its claim
		}
		v.s.Erases(pv)
		err = volumes.Delete(ctx, pv.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &pv.UID, ResourceVersion: &pv.ResourceVersion}})
		if err == nil {
			break
		}
		if !apierrors.IsConflict(err) {
			return fmt.Errorf("deleting the volume: %w", err)
		}
	}
	if _, err := controlplane.WaitFor(ctx, volumes, pv.Name, controlplane.Gone[*corev1.PersistentVolume](pv.UID)); err != nil {
		return err
	}
	_, err := volumes.Create(ctx, live.Rediscovered(pv), metav1.CreateOptions{})
	return err
}
