package draintest

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

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

// Released is a phase.
const Released = corev1.VolumeReleased
