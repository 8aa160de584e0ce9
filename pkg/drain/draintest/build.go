package draintest

import (
	"context"
	"math/rand/v2"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
)

// External is a provisioner that cleans volumes of node-0.
const External = "local-volume-provisioner-node-0-node-0-uid"

// Scheduler judges by the scheduler's own filters.
func Scheduler(ctx context.Context, s *inspect.Snapshot) (inspect.Judge, error) {
	return simulate.New(ctx, s)
}

// SavedFrom puts the manifest of a claim on a volume.
func SavedFrom(c *corev1.PersistentVolumeClaim) func(*corev1.PersistentVolume) {
	text, err := retain.EncodeClaim(c)
	if err != nil {
		text = err.Error()
	}
	return VolumeAnnotation(retain.AnnReleasedClaim, text)
}

// RecoveredFrom says that a claim was moved off a volume when a node was dead.
func RecoveredFrom(n string) func(*corev1.PersistentVolume) {
	return VolumeAnnotation(retain.AnnRecoveredFrom, n)
}

// Consumer is a Pod that uses a claim. It is Running and Ready on a Node, or Pending on none.
func Consumer(name, onNode, claim string, edits ...func(*corev1.Pod)) *corev1.Pod {
	return Pod(name, append([]func(*corev1.Pod){placed(onNode), Uses(claim)}, edits...)...)
}

// Plain is a Pod with a label and without claims. It is Running and Ready on a Node, or Pending on none.
func Plain(name, onNode string, edits ...func(*corev1.Pod)) *corev1.Pod {
	return Pod(name, append([]func(*corev1.Pod){placed(onNode), PodLabel("app", name)}, edits...)...)
}

func placed(onNode string) func(*corev1.Pod) {
	if onNode == "" {
		return func(*corev1.Pod) {}
	}
	return RunsOn(onNode)
}

// ProvisionerPod is a ready one of the static provisioner, on node-0.
func ProvisionerPod() *corev1.Pod {
	return Pod("cleaner-node-0", RunsOn("node-0"), ControlledBy("DaemonSet", "cleaner"), func(p *corev1.Pod) {
		p.Namespace, p.Spec.Containers[0].Image = "kube-system", "registry.example/sig-storage/local-volume-provisioner:v2.7.0"
	})
}

// objects are those of a snapshot, for a fake client.
func objects(all ...any) []runtime.Object {
	var out []runtime.Object
	for _, o := range all {
		if o, ok := o.(runtime.Object); ok {
			out = append(out, o.DeepCopyObject())
		}
	}
	return out
}

// Large gives a claim an annotation that hardly shrinks when it is compressed.
func Large(c *corev1.PersistentVolumeClaim) {
	random := rand.New(rand.NewPCG(3, 4))
	noise := make([]byte, 250<<10)
	for i := range noise {
		noise[i] = byte(' ' + random.IntN(90))
	}
	ClaimAnnotation("note", string(noise))(c)
}

// Pvc are claims to release, by name.
func Pvc(names ...string) []drain.Target {
	var out []drain.Target
	for _, name := range names {
		out = append(out, drain.Target{Namespace: Ns, Name: name})
	}
	return out
}

// Pv are volumes to release, by name.
func Pv(names ...string) []drain.Target {
	var out []drain.Target
	for _, name := range names {
		out = append(out, drain.Target{Volume: true, Name: name})
	}
	return out
}

// Key names a claim.
func Key(name string) *types.NamespacedName { return &types.NamespacedName{Namespace: Ns, Name: name} }
