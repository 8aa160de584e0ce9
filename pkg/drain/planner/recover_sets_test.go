package planner

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// setCases are about members of StatefulSets.
func setCases() []recoverCase {
	one := All(Fleet(), Db())
	s := StatefulSet("db", 3)
	wal := All(Fleet(), Db(WithTemplate("wal")), Free("n3-free2", "n2-free2"))
	return []recoverCase{
		{name: "two claims per member", world: wal, verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)", "wal-db-1 > n3-free2 (n3)"}, steps: []string{
			"cordon-node n1", "retain-volume n1-data", "retain-volume n1-wal", "force-delete-pod db-1", "await-unused db-1", "reserve-volume n3-free", "reserve-volume n3-free2",
			"delete-claim data-db-1", "await-released n1-data", "delete-claim wal-db-1", "await-released n1-wal", "await-ready db-1"}},
		{name: "already terminating", world: With(one, MemberPod(s, 1, "n1", Terminating)), verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"},
			steps: append([]string{"cordon-node n1"}, once("data-db-1", "n1-data", "db-1", "n3-free")...)},
		{name: "pod waits already", world: With(one, MemberPod(s, 1, "")), verdict: drain.Ready, steps: []string{
			"cordon-node n1", "retain-volume n1-data", "await-unused db-1", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "claim deleted first", world: With(one, Claim("data-db-1", BoundTo("n1-data"), Deleting), MemberPod(s, 1, "n1", Terminating)), verdict: drain.Ready, steps: []string{
			"cordon-node n1", "retain-volume n1-data", "reserve-volume n3-free", "force-delete-pod db-1", "await-unused db-1", "await-released n1-data", "await-ready db-1"}},
		{name: "in order, an earlier one is missing", world: threeOn("n0", "n1", "n1"), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedQuorum, drain.BlockedQuorum},
			moves: []string{"data-db-1 > n2-free (n2)", "data-db-2 > n3-free (n3)"}},
		{name: "two members accepted", world: threeOn("n0", "n1", "n1"), ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-db-1", "data-db-2") }, verdict: drain.Ready,
			steps: append([]string{"cordon-node n1"}, append(once("data-db-1", "n1-data1", "db-1", "n2-free"), once("data-db-2", "n1-data2", "db-2", "n3-free")...)...)},
		{name: "only one of two accepted", world: threeOn("n0", "n1", "n1"), ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-db-1") }, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedQuorum}},
		{name: "last copy", world: All(Fleet(), StatefulSet("solo", 1), MemberPod(StatefulSet("solo", 1), 0, "n1"), HeldBy("data-solo-0", "n1-solo", "n1")), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedLastCopy}},
		{name: "last copy accepted", world: All(Fleet(), StatefulSet("solo", 1), MemberPod(StatefulSet("solo", 1), 0, "n1"), HeldBy("data-solo-0", "n1-solo", "n1")),
			ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-solo-0") }, verdict: drain.Ready},
		{name: "peer terminating is no peer", world: With(one, MemberPod(s, 2, "n2", Terminating)), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedQuorum}},
		{name: "scaled away", world: With(one, StatefulSet("db", 1)), verdict: drain.NothingToDo},
		{name: "set gone", world: Without(one, "StatefulSet shop/db"), verdict: drain.NothingToDo},
		{name: "set being deleted", world: With(one, StatefulSet("db", 3, func(s *appsv1.StatefulSet) { s.DeletionTimestamp = ptr.To(Ago(1)) })), verdict: drain.NothingToDo},
		{name: "sibling without pod", world: All(Fleet(), Without(With(threeOn("n1", "n2", "n0"), StatefulSet("db", 3, Apart), MemberPod(StatefulSet("db", 3, Apart), 0, "n1"), MemberPod(StatefulSet("db", 3, Apart), 2, "n0")), "Pod shop/db-1", "Node n0", "Node n1", "Node n2", "Node n3")),
			ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-db-0") }, verdict: drain.Ready, moves: []string{"data-db-0 > n3-free (n3)"}},
		{name: "sibling without pod on the dead node", world: Without(threeOn("n1", "n1", "n0"), "Pod shop/db-1"), ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-db-0", "data-db-1") },
			verdict: drain.Ready, steps: append(append([]string{"cordon-node n1"}, once("data-db-0", "n1-data0", "db-0", "n2-free")...),
				"retain-volume n1-data1", "await-unused db-1", "reserve-volume n3-free", "delete-claim data-db-1", "await-released n1-data1", "await-ready db-1")},
		{name: "deleted with the set", world: With(one, StatefulSet("db", 3, WhenDeleted), Claim("data-db-1", BoundTo("n1-data"), OwnedBy("StatefulSet", "db"))), verdict: drain.Ready},
		{name: "volume policy delete", world: With(one, Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Deletes)), verdict: drain.Ready},
		{name: "volume being deleted", world: With(one, Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Deleting)), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedTerminating}},
		{name: "names that two sets give", world: All(one, StatefulSet("db", 1, func(s *appsv1.StatefulSet) {
			s.Name, s.UID = "a-db", "a-db-uid"
			s.Spec.VolumeClaimTemplates[0].Name = "x"
		}), StatefulSet("-db", 2, func(s *appsv1.StatefulSet) {
			s.Name, s.UID, s.Spec.VolumeClaimTemplates[0].Name = "db", "other-uid", "data"
		})), verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}},
	}
}

// threeOn is the fleet and a set of three whose members are on these nodes, with volumes NODE-dataORDINAL.
func threeOn(nodes ...string) []any {
	s := StatefulSet("db", 3)
	out := All(Fleet(), s)
	for i, n := range nodes {
		out = All(out, MemberPod(s, i, n), HeldBy("data-"+workload.MemberName(s, i), fmt.Sprintf("%s-data%d", n, i), n))
	}
	return out
}

// ownerCases are about everybody else's Pods.
func ownerCases() []recoverCase {
	web := All(Fleet(), ReplicaSet("web-1", 1, "web"), HeldBy("files", "n1-files", "n1"))
	old, next := Consumer("web-1-a", "n1", "files", Terminating, ControlledBy("ReplicaSet", "web-1")), Consumer("web-1-b", "", "files", ControlledBy("ReplicaSet", "web-1"))
	accept := func(names ...string) func(*drain.RecoverRequest) {
		return func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims(names...) }
	}
	standalone := []string{"cordon-node n1", "retain-volume n1-files", "force-delete-pod web-1-a", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files", "await-ready "}
	without := StatefulSet("solo", 1, func(s *appsv1.StatefulSet) { s.Spec.VolumeClaimTemplates = nil })
	sharing := StatefulSet("solo", 1, func(s *appsv1.StatefulSet) { mounts("common")(&s.Spec.Template.Spec) })
	return []recoverCase{
		{name: "deployment", world: All(web, old, next), ask: accept("files"), verdict: drain.Ready, moves: []string{"files > n0-free (n0)"}, steps: standalone},
		{name: "deployment, last copy", world: All(web, old, next), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedLastCopy}},
		{name: "bare replicaset", world: All(Fleet(), ReplicaSet("web-1", 1, ""), HeldBy("files", "n1-files", "n1"), old, next), ask: accept("files"), verdict: drain.Ready},
		{name: "deployment scaled down", world: All(With(web, ReplicaSet("web-1", 0, "web")), old), ask: accept("files"), verdict: drain.NothingToDo},
		{name: "deployment gone", world: All(Without(web, "ReplicaSet shop/web-1"), old), ask: accept("files"), verdict: drain.NothingToDo},
		{name: "deployment rolled over", world: All(With(web, ReplicaSet("web-1", 0, "web"), ReplicaSet("web-2", 1, "web")), old, Consumer("web-2-b", "", "files", ControlledBy("ReplicaSet", "web-2"))),
			ask: accept("files"), verdict: drain.Ready},
		{name: "job", world: All(Fleet(), Job("sum"), HeldBy("files", "n1-files", "n1"), Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum"))), ask: accept("files"), verdict: drain.Ready,
			steps: []string{"cordon-node n1", "retain-volume n1-files", "force-delete-pod sum-a", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files", "await-ready "}},
		{name: "job that has ended", world: All(Fleet(), Job("sum", batchv1.JobComplete), HeldBy("files", "n1-files", "n1"), Consumer("sum-a", "n1", "files", Ended, ControlledBy("Job", "sum"))), verdict: drain.NothingToDo},
		{name: "daemonset", world: All(Fleet(), HeldBy("files", "n1-files", "n1"), Consumer("agent-a", "n1", "files", ControlledBy("DaemonSet", "agent"))), verdict: drain.NothingToDo},
		{name: "bare pod", world: All(Fleet(), HeldBy("files", "n1-files", "n1"), Consumer("tool", "n1", "files")), ask: accept("files"), verdict: drain.Ready, moves: []string{"files > n0-free (n0)"},
			steps: []string{"cordon-node n1", "retain-volume n1-files", "force-delete-pod tool", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files"}},
		{name: "bare pod, forget volumes", world: All(Fleet(), HeldBy("files", "n1-files", "n1"), Consumer("tool", "n1", "files")), ask: func(r *drain.RecoverRequest) { accept("files")(r); r.ForgetVolumes = true }, verdict: drain.Ready,
			steps: []string{"cordon-node n1", "retain-volume n1-files", "force-delete-pod tool", "await-unused ", "reserve-volume n0-free", "delete-claim files", "await-released n1-files", "create-claim files"}},
		{name: "two bare pods", world: All(Fleet(), HeldBy("files", "n1-files", "n1"), Consumer("tool", "n1", "files"), Consumer("other", "n1", "files")), ask: accept("files"), verdict: drain.Ready},
		{name: "bare pod beside a deployment", world: All(web, old, next, Consumer("tool", "n1", "files")), ask: accept("files"), verdict: drain.Ready},
		{name: "bare pod too large", world: All(Fleet(), HeldBy("files", "n1-files", "n1"), Consumer("tool", "n1", "files", wordy)), ask: accept("files"), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedTooLarge}},
		{name: "bare pod that has ended", world: All(Fleet(), HeldBy("files", "n1-files", "n1"), Consumer("tool", "n1", "files", Ended)), ask: accept("files"), verdict: drain.NothingToDo},
		{name: "bare pod that waits", world: All(Fleet(), HeldBy("files", "n1-files", "n1"), Consumer("tool", "", "files")), ask: accept("files"), verdict: drain.Ready},
		{name: "operator", world: All(Fleet(), ownedByCluster(HeldBy("pg-1", "n1-pg", "n1")), HeldBy("pg-2", "n2-pg", "n2"), HeldBy("pg-3", "n3-pg", "n3"),
			Consumer("pg-1", "n1", "pg-1", operated), Consumer("pg-2", "n2", "pg-2", operated), Consumer("pg-3", "n3", "pg-3", operated)), verdict: drain.Ready,
			steps: []string{"cordon-node n1", "retain-volume n1-pg", "force-delete-pod pg-1", "await-unused ", "reserve-volume n0-free", "delete-claim pg-1", "await-released n1-pg", "await-ready "}},
		{name: "operator, replacement waits", world: All(Fleet(), ownedByCluster(HeldBy("pg-1", "n1-pg", "n1")), HeldBy("pg-2", "n2-pg", "n2"), HeldBy("pg-3", "n3-pg", "n3"),
			Consumer("pg-1", "n1", "pg-1", Terminating, operated), Consumer("pg-1b", "", "pg-1", operated), Consumer("pg-2", "n2", "pg-2", operated), Consumer("pg-3", "n3", "pg-3", operated)), verdict: drain.Ready},
		{name: "statefulset of another group", world: All(Fleet(), HeldBy("pg-1", "n1-pg", "n1"), HeldBy("pg-2", "n2-pg", "n2"), HeldBy("pg-3", "n3-pg", "n3"),
			Consumer("pg-1", "n1", "pg-1", advanced), Consumer("pg-2", "n2", "pg-2", advanced), Consumer("pg-3", "n3", "pg-3", advanced)), verdict: drain.Ready,
			steps: []string{"cordon-node n1", "retain-volume n1-pg", "force-delete-pod pg-1", "await-unused ", "reserve-volume n0-free", "delete-claim pg-1", "await-released n1-pg", "create-claim pg-1", "await-ready "}},
		{name: "replicaset of an operator", world: All(Fleet(), HeldBy("files", "n1-files", "n1"), old, next, func() *appsv1.ReplicaSet {
			rs := ReplicaSet("web-1", 1, "web")
			rs.OwnerReferences[0].Kind, rs.OwnerReferences[0].APIVersion = "Rollout", "argoproj.io/v1alpha1"
			return rs
		}()), ask: accept("files"), verdict: drain.Ready, steps: standalone},
		{name: "member with a claim of no template", world: All(Fleet(), without, HeldBy("wal-solo-0", "n1-wal", "n1"), Consumer("solo-0", "n1", "wal-solo-0", Terminating, ControlledBy("StatefulSet", "solo"))),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedNowhere}},
		{name: "member with a claim that all replicas use", world: All(Fleet(), sharing, HeldBy("common", "n1-common", "n1"), Consumer("solo-0", "n1", "common", Terminating, ControlledBy("StatefulSet", "solo"))),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedLastCopy}},
		{name: "no consumer", world: All(Fleet(), HeldBy("files", "n1-files", "n1")), verdict: drain.NothingToDo},
		{name: "shared with a live pod", world: All(web, old, next, Consumer("reader", "n2", "files")), ask: accept("files"), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedShared}},
		{name: "shared by members", world: All(Fleet(), Db(func(s *appsv1.StatefulSet) { mounts("common")(&s.Spec.Template.Spec) }), HeldBy("common", "n1-common", "n1")),
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedShared}},
		{name: "two owners, one claim each and one together", world: All(Fleet(), Free("n2-free2", "n2-free3"), ReplicaSet("web-1", 1, "web"), ReplicaSet("api-1", 1, "api"), HeldBy("files", "n1-files", "n1"), HeldBy("both", "n1-both", "n1"),
			Consumer("web-1-a", "n1", "files", Uses("both"), Terminating, ControlledBy("ReplicaSet", "web-1")), Consumer("api-1-a", "n1", "both", Terminating, ControlledBy("ReplicaSet", "api-1"))),
			ask: accept("files", "both"), verdict: drain.Ready, moves: []string{"both > n2-free (n2)", "files > n2-free2 (n2)"}},
		{name: "two replicas on one claim", world: With(All(Fleet(), ReplicaSet("web-1", 2, "web"), HeldBy("files", "n1-files", "n1"), old, Consumer("web-1-c", "n1", "files", Terminating, ControlledBy("ReplicaSet", "web-1")),
			next, Consumer("web-1-d", "", "files", ControlledBy("ReplicaSet", "web-1"))), Node("n0", Allows(corev1.ResourceCPU, "1"))), ask: accept("files"), verdict: drain.Ready, moves: []string{"files > n2-free (n2)"}},
		{name: "ephemeral", world: All(Fleet(), ReplicaSet("cache-1", 1, "cache"), claimOfPod("cache-1-a", "scratch", "n1-scratch"), ephemeralPod("cache-1-a", "n1", "scratch")), verdict: drain.Ready,
			steps: []string{"cordon-node n1", "force-delete-pod cache-1-a"}},
		{name: "ephemeral beside a claim", world: All(Fleet(), Free("n2-free2"), ReplicaSet("cache-1", 1, "cache"), claimOfPod("cache-1-a", "scratch", "n1-scratch"), HeldBy("files", "n1-files", "n1"),
			func() *corev1.Pod { p := ephemeralPod("cache-1-a", "n1", "scratch"); Uses("files")(p); return p }()), ask: accept("files"), verdict: drain.Ready, moves: []string{"files > n2-free (n2)"}},
		{name: "competing cleaner", world: All(Without(Fleet(), "Node n1"), Db(), func() *corev1.Pod {
			p := Consumer("cleaner", "n0", "")
			p.Namespace, p.Spec.Volumes = "kube-system", nil
			p.Spec.Containers[0].Image, p.Spec.Containers[0].Args = "registry.k8s.io/sig-storage/local-volume-node-cleanup:v2.6.0", []string{"--storageclass-names=other," + Class}
			return p
		}()), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedCleaner}},
	}
}

func operated(p *corev1.Pod) {
	p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "example.com/v1", Kind: "Cluster", Name: "pg", UID: "pg-uid", Controller: ptr.To(true)}}
}

// ownedByCluster lets a claim belong to what the Pods of the operator belong to.
func ownedByCluster(pair []any) []any {
	if c, ok := pair[0].(*corev1.PersistentVolumeClaim); ok {
		c.OwnerReferences = Consumer("any", "", "any", operated).OwnerReferences
	}
	return pair
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
	p := Consumer(name, onNode, "", ControlledBy("ReplicaSet", "cache-1"))
	p.Spec.Volumes = []corev1.Volume{{Name: volumeName, VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{
		VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{Spec: Claim("any").Spec}}}}}
	return p
}

func claimOfPod(pod, volumeName, on string) []any {
	out := HeldBy(pod+"-"+volumeName, on, "n1")
	c, ok := out[0].(*corev1.PersistentVolumeClaim)
	if ok {
		c.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: drain.KindPod, Name: pod, UID: "pod-uid", Controller: ptr.To(true)}}
	}
	return out
}
