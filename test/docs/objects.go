package docs

import (
	"context"
	"errors"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// shop is the namespace of what is not in the default one.
const shop = Ns

// addClass is "class": the storage class that the volumes and claims are of.
func (w *world) addClass(ctx context.Context, _ []string) error {
	_, err := w.lab.Client().StorageV1().StorageClasses().Create(ctx, Unsaved(StorageClass(Class)), metav1.CreateOptions{})
	return err
}

// addDatabase is "database [NAMESPACE/]NAME MEMBERS SIZE [not-together]": a StatefulSet whose members have a claim each, data-NAME-0 and so
// on, and do not share a node if that is asked for.
func (w *world) addDatabase(ctx context.Context, words []string) error {
	if len(words) < 3 {
		return errors.New("needs a name, a number and a size")
	}
	members, err := strconv.Atoi(words[1])
	if err != nil {
		return err
	}
	namespace, name, ok := strings.Cut(words[0], "/")
	if !ok {
		namespace, name = metav1.NamespaceDefault, words[0]
	}
	set := StatefulSet(name, int32(members), Parallel, light, func(s *appsv1.StatefulSet) {
		s.Namespace = namespace
		Asks(words[2])(&s.Spec.VolumeClaimTemplates[0])
	})
	if len(words) > 3 {
		Apart(set)
	}
	_, err = w.lab.Client().AppsV1().StatefulSets(namespace).Create(ctx, Unsaved(set), metav1.CreateOptions{})
	return err
}

// light lets the Pods of a set end at once, and ask for nothing.
func light(s *appsv1.StatefulSet) {
	spec := &s.Spec.Template.Spec
	spec.TerminationGracePeriodSeconds = ptr.To(int64(1))
	spec.Containers[0].Resources = corev1.ResourceRequirements{}
}

// addVolume is "volume NAME NODE SIZE [NAMESPACE/CLAIM]": a local volume of class local-ssd, reserved for the claim if one is
// named, so that a page does not depend on the scheduler's choice.
func (w *world) addVolume(ctx context.Context, words []string) error {
	if len(words) < 3 {
		return errors.New("needs a name, a node and a size")
	}
	v := Volume(words[0], On(words[1]), Sized(words[2]))
	v.Spec.Local.Path = "/mnt/disks/" + v.Name
	if len(words) > 3 {
		namespace, name, _ := strings.Cut(words[3], "/")
		ReservedFor(name)(v)
		v.Spec.ClaimRef.Namespace = namespace
	}
	volumes := w.lab.Client().CoreV1().PersistentVolumes()
	if _, err := volumes.Create(ctx, Unsaved(v), metav1.CreateOptions{}); err != nil {
		return err
	}
	_, err := controlplane.WaitFor(ctx, volumes, v.Name, controlplane.VolumePhase(corev1.VolumeAvailable))
	return err
}
