package drain

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// setCases are about members of StatefulSets.
func setCases() []recoverCase {
	one := all(fleet(), db())
	s := set("db", 3)
	wal := all(fleet(), db(withTemplate("wal")), free("n3-free2", "n2-free2"))
	return []recoverCase{
		{name: "two claims per member", world: wal, verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)", "wal-db-1 > n3-free2 (n3)"}, steps: []string{
			"cordon-node n1", "keep-volume n1-data", "keep-volume n1-wal", "force-delete-pod db-1", "await-unused db-1", "reserve-volume n3-free", "reserve-volume n3-free2",
			"delete-claim data-db-1", "await-released n1-data", "delete-claim wal-db-1", "await-released n1-wal", "await-ready db-1"}},
		{name: "already terminating", world: with(one, memberPod(s, 1, "n1", terminating)), verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"},
			steps: append([]string{"cordon-node n1"}, once("data-db-1", "n1-data", "db-1", "n3-free")...)},
		{name: "pod waits already", world: with(one, memberPod(s, 1, "")), verdict: Ready, steps: []string{
			"cordon-node n1", "keep-volume n1-data", "await-unused db-1", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "claim deleted first", world: with(one, claim("data-db-1", boundTo("n1-data"), deletingClaim), memberPod(s, 1, "n1", terminating)), verdict: Ready, steps: []string{
			"cordon-node n1", "keep-volume n1-data", "reserve-volume n3-free", "force-delete-pod db-1", "await-unused db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "in order, an earlier one is missing", world: threeOn("n0", "n1", "n1"), verdict: Blocked, codes: []BlockerCode{BlockedQuorum, BlockedQuorum},
			moves: []string{"data-db-1 > n2-free (n2)", "data-db-2 > n3-free (n3)"}},
		{name: "two members accepted", world: threeOn("n0", "n1", "n1"), ask: func(r *RecoverRequest) { r.AcceptDataLoss = claims("data-db-1", "data-db-2") }, verdict: Ready,
			steps: append([]string{"cordon-node n1"}, append(once("data-db-1", "n1-data1", "db-1", "n2-free"), once("data-db-2", "n1-data2", "db-2", "n3-free")...)...)},
		{name: "only one of two accepted", world: threeOn("n0", "n1", "n1"), ask: func(r *RecoverRequest) { r.AcceptDataLoss = claims("data-db-1") }, verdict: Blocked, codes: []BlockerCode{BlockedQuorum}},
		{name: "last copy", world: all(fleet(), set("solo", 1), memberPod(set("solo", 1), 0, "n1"), heldBy("data-solo-0", "n1-solo", "n1")), verdict: Blocked, codes: []BlockerCode{BlockedLastCopy}},
		{name: "last copy accepted", world: all(fleet(), set("solo", 1), memberPod(set("solo", 1), 0, "n1"), heldBy("data-solo-0", "n1-solo", "n1")),
			ask: func(r *RecoverRequest) { r.AcceptDataLoss = claims("data-solo-0") }, verdict: Ready},
		{name: "peer terminating is no peer", world: with(one, memberPod(s, 2, "n2", terminating)), verdict: Blocked, codes: []BlockerCode{BlockedQuorum}},
		{name: "scaled away", world: with(one, set("db", 1)), verdict: NothingToDo},
		{name: "set gone", world: without(one, "StatefulSet shop/db"), verdict: NothingToDo},
		{name: "set being deleted", world: with(one, set("db", 3, func(s *appsv1.StatefulSet) { s.DeletionTimestamp = ptr.To(ago(1)) })), verdict: NothingToDo},
		{name: "sibling without pod", world: all(fleet(), without(with(threeOn("n1", "n2", "n0"), set("db", 3, apart), memberPod(set("db", 3, apart), 0, "n1"), memberPod(set("db", 3, apart), 2, "n0")), "Pod shop/db-1", "Node n0", "Node n1", "Node n2", "Node n3")),
			ask: func(r *RecoverRequest) { r.AcceptDataLoss = claims("data-db-0") }, verdict: Ready, moves: []string{"data-db-0 > n3-free (n3)"}},
		{name: "sibling without pod on the dead node", world: without(threeOn("n1", "n1", "n0"), "Pod shop/db-1"), ask: func(r *RecoverRequest) { r.AcceptDataLoss = claims("data-db-0", "data-db-1") },
			verdict: Ready, steps: append(append([]string{"cordon-node n1"}, once("data-db-0", "n1-data0", "db-0", "n2-free")...),
				"keep-volume n1-data1", "await-unused db-1", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data1", "await-ready db-1")},
		{name: "deleted with the set", world: with(one, set("db", 3, whenDeletedToo), claim("data-db-1", boundTo("n1-data"), ownedBy("StatefulSet", "db"))), verdict: Ready},
		{name: "volume policy delete", world: with(one, volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), deletes)), verdict: Ready},
		{name: "volume being deleted", world: with(one, volume("n1-data", on("n1"), has("data-db-1", "data-db-1-uid"), deletingVolume)), verdict: Blocked, codes: []BlockerCode{BlockedTerminating}},
		{name: "names that two sets give", world: all(one, set("db", 1, func(s *appsv1.StatefulSet) {
			s.Name, s.UID = "a-db", "a-db-uid"
			s.Spec.VolumeClaimTemplates[0].Name = "x"
		}), set("-db", 2, func(s *appsv1.StatefulSet) {
			s.Name, s.UID, s.Spec.VolumeClaimTemplates[0].Name = "db", "other-uid", "data"
		})), verdict: Ready, moves: []string{"data-db-1 > n3-free (n3)"}},
	}
}

func whenDeletedToo(s *appsv1.StatefulSet) { whenDeleted(s) }

// threeOn is the fleet and a set of three whose members are on these nodes, with volumes NODE-dataORDINAL.
func threeOn(nodes ...string) []any {
	s := set("db", 3)
	out := all(fleet(), s)
	for i, n := range nodes {
		out = all(out, memberPod(s, i, n), heldBy("data-"+memberName(s, i), fmt.Sprintf("%s-data%d", n, i), n))
	}
	return out
}

// ownerCases are about everybody else's Pods.
func ownerCases() []recoverCase {
	web := all(fleet(), replicaSet("web-1", 1, "web"), heldBy("files", "n1-files", "n1"))
	old, next := pod("web-1-a", "n1", "files", works, terminating, controlledBy("ReplicaSet", "web-1")), pod("web-1-b", "", "files", works, controlledBy("ReplicaSet", "web-1"))
	accept := func(names ...string) func(*RecoverRequest) {
		return func(r *RecoverRequest) { r.AcceptDataLoss = claims(names...) }
	}
	standalone := []string{"cordon-node n1", "keep-volume n1-files", "force-delete-pod web-1-a", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files", "await-ready "}
	return []recoverCase{
		{name: "deployment", world: all(web, old, next), ask: accept("files"), verdict: Ready, moves: []string{"files > n0-free (n0)"}, steps: standalone},
		{name: "deployment, last copy", world: all(web, old, next), verdict: Blocked, codes: []BlockerCode{BlockedLastCopy}},
		{name: "bare replicaset", world: all(fleet(), replicaSet("web-1", 1, ""), heldBy("files", "n1-files", "n1"), old, next), ask: accept("files"), verdict: Ready},
		{name: "deployment scaled down", world: all(with(web, replicaSet("web-1", 0, "web")), old), ask: accept("files"), verdict: NothingToDo},
		{name: "deployment gone", world: all(without(web, "ReplicaSet shop/web-1"), old), ask: accept("files"), verdict: NothingToDo},
		{name: "deployment rolled over", world: all(with(web, replicaSet("web-1", 0, "web"), replicaSet("web-2", 1, "web")), old, pod("web-2-b", "", "files", works, controlledBy("ReplicaSet", "web-2"))),
			ask: accept("files"), verdict: Ready},
		{name: "job", world: all(fleet(), job("sum"), heldBy("files", "n1-files", "n1"), pod("sum-a", "n1", "files", works, controlledBy("Job", "sum"))), ask: accept("files"), verdict: Ready,
			steps: []string{"cordon-node n1", "keep-volume n1-files", "force-delete-pod sum-a", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files", "await-ready "}},
		{name: "job that has ended", world: all(fleet(), job("sum", batchv1.JobComplete), heldBy("files", "n1-files", "n1"), pod("sum-a", "n1", "files", works, ended, controlledBy("Job", "sum"))), verdict: NothingToDo},
		{name: "daemonset", world: all(fleet(), heldBy("files", "n1-files", "n1"), pod("agent-a", "n1", "files", works, controlledBy("DaemonSet", "agent"))), verdict: NothingToDo},
		{name: "bare pod", world: all(fleet(), heldBy("files", "n1-files", "n1"), pod("tool", "n1", "files", works)), ask: accept("files"), verdict: Ready, moves: []string{"files > n0-free (n0)"},
			steps: []string{"cordon-node n1", "keep-volume n1-files", "force-delete-pod tool", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files"}},
		{name: "bare pod, forget volumes", world: all(fleet(), heldBy("files", "n1-files", "n1"), pod("tool", "n1", "files", works)), ask: func(r *RecoverRequest) { accept("files")(r); r.ForgetVolumes = true }, verdict: Ready,
			steps: []string{"cordon-node n1", "keep-volume n1-files", "force-delete-pod tool", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files"}},
		{name: "two bare pods", world: all(fleet(), heldBy("files", "n1-files", "n1"), pod("tool", "n1", "files", works), pod("other", "n1", "files", works)), ask: accept("files"), verdict: Ready},
		{name: "bare pod beside a deployment", world: all(web, old, next, pod("tool", "n1", "files", works)), ask: accept("files"), verdict: Ready},
		{name: "bare pod too large", world: all(fleet(), heldBy("files", "n1-files", "n1"), pod("tool", "n1", "files", works, wordy)), ask: accept("files"), verdict: Blocked, codes: []BlockerCode{BlockedTooLarge}},
		{name: "bare pod that has ended", world: all(fleet(), heldBy("files", "n1-files", "n1"), pod("tool", "n1", "files", works, ended)), ask: accept("files"), verdict: NothingToDo},
		{name: "bare pod that waits", world: all(fleet(), heldBy("files", "n1-files", "n1"), pod("tool", "", "files", works)), ask: accept("files"), verdict: Ready},
		{name: "operator", world: all(fleet(), heldBy("pg-1", "n1-pg", "n1"), heldBy("pg-2", "n2-pg", "n2"), heldBy("pg-3", "n3-pg", "n3"),
			pod("pg-1", "n1", "pg-1", works, operated), pod("pg-2", "n2", "pg-2", works, operated), pod("pg-3", "n3", "pg-3", works, operated)), verdict: Ready,
			steps: []string{"cordon-node n1", "keep-volume n1-pg", "force-delete-pod pg-1", "await-unused ", "reserve-volume n0-free", "delete-claim pg-1", "await-released n1-pg", "await-ready "}},
		{name: "operator, replacement waits", world: all(fleet(), heldBy("pg-1", "n1-pg", "n1"), heldBy("pg-2", "n2-pg", "n2"), heldBy("pg-3", "n3-pg", "n3"),
			pod("pg-1", "n1", "pg-1", works, terminating, operated), pod("pg-1b", "", "pg-1", works, operated), pod("pg-2", "n2", "pg-2", works, operated), pod("pg-3", "n3", "pg-3", works, operated)), verdict: Ready},
		{name: "statefulset of another group", world: all(fleet(), heldBy("pg-1", "n1-pg", "n1"), heldBy("pg-2", "n2-pg", "n2"), heldBy("pg-3", "n3-pg", "n3"),
			pod("pg-1", "n1", "pg-1", works, advanced), pod("pg-2", "n2", "pg-2", works, advanced), pod("pg-3", "n3", "pg-3", works, advanced)), verdict: Ready,
			steps: []string{"cordon-node n1", "keep-volume n1-pg", "force-delete-pod pg-1", "await-unused ", "reserve-volume n0-free", "delete-claim pg-1", "await-released n1-pg", "await-ready "}},
		{name: "replicaset of an operator", world: all(fleet(), heldBy("files", "n1-files", "n1"), old, next, func() *appsv1.ReplicaSet {
			rs := replicaSet("web-1", 1, "web")
			rs.OwnerReferences[0].Kind, rs.OwnerReferences[0].APIVersion = "Rollout", "argoproj.io/v1alpha1"
			return rs
		}()), ask: accept("files"), verdict: Ready, steps: standalone},
		{name: "no consumer", world: all(fleet(), heldBy("files", "n1-files", "n1")), verdict: NothingToDo},
		{name: "shared with a live pod", world: all(web, old, next, pod("reader", "n2", "files", works)), ask: accept("files"), verdict: Blocked, codes: []BlockerCode{BlockedShared}},
		{name: "shared by members", world: all(fleet(), db(func(s *appsv1.StatefulSet) { mounts("common")(&s.Spec.Template.Spec) }), heldBy("common", "n1-common", "n1")),
			verdict: Blocked, codes: []BlockerCode{BlockedShared}},
		{name: "two owners, one claim each and one together", world: all(fleet(), free("n2-free2", "n2-free3"), replicaSet("web-1", 1, "web"), replicaSet("api-1", 1, "api"), heldBy("files", "n1-files", "n1"), heldBy("both", "n1-both", "n1"),
			pod("web-1-a", "n1", "files", works, uses("both"), terminating, controlledBy("ReplicaSet", "web-1")), pod("api-1-a", "n1", "both", works, terminating, controlledBy("ReplicaSet", "api-1"))),
			ask: accept("files", "both"), verdict: Ready, moves: []string{"both > n2-free (n2)", "files > n2-free2 (n2)"}},
		{name: "two replicas on one claim", world: with(all(fleet(), replicaSet("web-1", 2, "web"), heldBy("files", "n1-files", "n1"), old, pod("web-1-c", "n1", "files", works, terminating, controlledBy("ReplicaSet", "web-1")),
			next, pod("web-1-d", "", "files", works, controlledBy("ReplicaSet", "web-1"))), machine("n0", cpus("1"))), ask: accept("files"), verdict: Ready, moves: []string{"files > n2-free (n2)"}},
		{name: "ephemeral", world: all(fleet(), replicaSet("cache-1", 1, "cache"), claimOfPod("cache-1-a", "scratch", "n1-scratch"), ephemeralPod("cache-1-a", "n1", "scratch")), verdict: Ready,
			steps: []string{"cordon-node n1", "force-delete-pod cache-1-a"}},
		{name: "ephemeral beside a claim", world: all(fleet(), free("n2-free2"), replicaSet("cache-1", 1, "cache"), claimOfPod("cache-1-a", "scratch", "n1-scratch"), heldBy("files", "n1-files", "n1"),
			func() *corev1.Pod { p := ephemeralPod("cache-1-a", "n1", "scratch"); uses("files")(p); return p }()), ask: accept("files"), verdict: Ready, moves: []string{"files > n2-free (n2)"}},
		{name: "competing cleaner", world: all(without(fleet(), "Node n1"), db(), func() *corev1.Pod {
			p := pod("cleaner", "n0", "", works)
			p.Namespace, p.Spec.Volumes = "kube-system", nil
			p.Spec.Containers[0].Image, p.Spec.Containers[0].Args = "registry.k8s.io/sig-storage/local-volume-node-cleanup:v2.6.0", []string{"--storageclass-names=other," + class}
			return p
		}()), verdict: Blocked, codes: []BlockerCode{BlockedCleaner}},
	}
}

func operated(p *corev1.Pod) {
	p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "example.com/v1", Kind: "Cluster", Name: "pg", UID: "pg-uid", Controller: ptr.To(true)}}
}

// advanced Pods are those of a StatefulSet that is not Kubernetes' own.
func advanced(p *corev1.Pod) {
	p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps.kruise.io/v1beta1", Kind: "StatefulSet", Name: "pg", UID: "pg-uid", Controller: ptr.To(true)}}
}

func wordy(p *corev1.Pod) {
	noise := make([]byte, 200<<10)
	for i := range noise {
		noise[i] = 'a' + byte(i%26)
	}
	metav1.SetMetaDataAnnotation(&p.ObjectMeta, "note", string(noise))
}

func mounts(claim string) func(*corev1.PodSpec) {
	return func(s *corev1.PodSpec) {
		s.Volumes = append(s.Volumes, corev1.Volume{Name: claim, VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim}}})
	}
}

// ephemeralPod has a generic ephemeral volume, claimOfPod the claim of one.
func ephemeralPod(name, onNode, volumeName string) *corev1.Pod {
	p := pod(name, onNode, "", works, controlledBy("ReplicaSet", "cache-1"))
	p.Spec.Volumes = []corev1.Volume{{Name: volumeName, VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
		VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: claim("any").Spec}}}}}
	return p
}

func claimOfPod(pod, volumeName, on string) []any {
	out := heldBy(pod+"-"+volumeName, on, "n1")
	c, ok := out[0].(*corev1.PersistentVolumeClaim)
	if ok {
		c.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: kindPod, Name: pod, UID: "pod-uid", Controller: ptr.To(true)}}
	}
	return out
}
