package inspect_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func TestOwnerOf(t *testing.T) {
	nightly := Job("nightly-1")
	nightly.OwnerReferences = Pod("", ControlledBy("CronJob", "nightly")).OwnerReferences
	ix := inspect.NewIndex(Snapshot(t, ReplicaSet("web-5d", 1, "web"), ReplicaSet("bare", 1, ""), nightly, Job("once")))
	for name, c := range map[string]struct {
		pod  *corev1.Pod
		want string
	}{
		"StatefulSet":                    {Pod("p", ControlledBy("StatefulSet", "mysql")), "StatefulSet/mysql"},
		"DaemonSet":                      {Pod("p", ControlledBy("DaemonSet", "agent")), "DaemonSet/agent"},
		"a custom owner":                 {Pod("p", ControlledBy("Cluster", "pg")), "Cluster/pg"},
		"Deployment":                     {Pod("p", ControlledBy("ReplicaSet", "web-5d")), "Deployment/web"},
		"a ReplicaSet of its own":        {Pod("p", ControlledBy("ReplicaSet", "bare")), "ReplicaSet/bare"},
		"a ReplicaSet that was not read": {Pod("p", ControlledBy("ReplicaSet", "other")), "ReplicaSet/other"},
		"a namesake of another UID":      {Pod("p", ControlledBy("ReplicaSet", "web-5d"), ofAnEarlier), "ReplicaSet/web-5d"},
		"CronJob":                        {Pod("p", ControlledBy("Job", "nightly-1")), "CronJob/nightly"},
		"a Job of its own":               {Pod("p", ControlledBy("Job", "once")), "Job/once"},
		"an owner that does not control": {Pod("p", ControlledBy("ConfigMap", "c"), loosely), "none"},
		"nobody":                         {Pod("p"), "none"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ix.OwnerOf(c.pod)
			if got.String() != c.want || got.None() != (c.want == "none") {
				t.Errorf("owner %s, none %v; want %s", got, got.None(), c.want)
			}
		})
	}
}

// ofAnEarlier says that a Pod's owner had the same name.
func ofAnEarlier(p *corev1.Pod) { p.OwnerReferences[0].UID = "earlier" }

// loosely says that a Pod's owner does not control it.
func loosely(p *corev1.Pod) { p.OwnerReferences[0].Controller = new(false) }
