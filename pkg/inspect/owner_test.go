package inspect

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// ownedBy is metadata with one owner reference.
func ownedBy(name, kind, owner string, uid types.UID, controller bool) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID("uid-" + name), OwnerReferences: []metav1.OwnerReference{
		{APIVersion: "x/v1", Kind: kind, Name: owner, UID: uid, Controller: new(controller)}}}
}

func TestOwnerOf(t *testing.T) {
	ix := NewIndex(&Snapshot{
		ReplicaSets: []*appsv1.ReplicaSet{
			{ObjectMeta: ownedBy("web-5d", "Deployment", "web", "d", true)},
			{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "bare", UID: "uid-bare"}},
		},
		Jobs: []*batchv1.Job{
			{ObjectMeta: ownedBy("nightly-1", "CronJob", "nightly", "c", true)},
			{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "once", UID: "uid-once"}},
		},
	})
	for name, c := range map[string]struct {
		pod  metav1.ObjectMeta
		want string
	}{
		"StatefulSet":                    {ownedBy("p", "StatefulSet", "mysql", "s", true), "StatefulSet/mysql"},
		"DaemonSet":                      {ownedBy("p", "DaemonSet", "agent", "a", true), "DaemonSet/agent"},
		"a custom owner":                 {ownedBy("p", "Cluster", "pg", "g", true), "Cluster/pg"},
		"Deployment":                     {ownedBy("p", "ReplicaSet", "web-5d", "uid-web-5d", true), "Deployment/web"},
		"a ReplicaSet of its own":        {ownedBy("p", "ReplicaSet", "bare", "uid-bare", true), "ReplicaSet/bare"},
		"a ReplicaSet that was not read": {ownedBy("p", "ReplicaSet", "other", "uid-other", true), "ReplicaSet/other"},
		"a namesake of another UID":      {ownedBy("p", "ReplicaSet", "web-5d", "uid-old", true), "ReplicaSet/web-5d"},
		"CronJob":                        {ownedBy("p", "Job", "nightly-1", "uid-nightly-1", true), "CronJob/nightly"},
		"a Job of its own":               {ownedBy("p", "Job", "once", "uid-once", true), "Job/once"},
		"an owner that does not control": {ownedBy("p", "ConfigMap", "c", "x", false), "none"},
		"nobody":                         {metav1.ObjectMeta{Name: "p"}, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ix.OwnerOf(&corev1.Pod{ObjectMeta: c.pod})
			if got.String() != c.want || got.None() != (c.want == "none") {
				t.Errorf("owner %s, none %v; want %s", got, got.None(), c.want)
			}
		})
	}
}
