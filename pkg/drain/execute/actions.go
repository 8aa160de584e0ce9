package execute

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// actions are all actions: a row for each, and a file of that name for the decider.
func actions() map[drain.Action]action {
	getVolume, patchVolume, getPods, deletePods, getNodes := Need{"get", "persistentvolumes"}, Need{"patch", "persistentvolumes"}, Need{"get", "pods"}, Need{"delete", "pods"}, Need{"get", "nodes"}
	createClaims, deleteClaims := Need{"create", "persistentvolumeclaims"}, Need{"delete", "persistentvolumeclaims"}
	changeVolume, seeRelease := []Need{getVolume, getClaims(), patchVolume}, []Need{getVolume, getClaims(), listPods()}
	giveVolume := append(slices.Clone(seeRelease), patchVolume)
	return map[drain.Action]action{
		drain.UncordonNode: {decide: decides((*stepRun).uncordonNode), needs: []Need{getNodes, {"patch", "nodes"}}, watches: watchPair},
		drain.CordonNode:   {decide: decides((*stepRun).cordonNode), needs: []Need{getNodes, {"patch", "nodes"}}, watches: watchPair},
		drain.RetainVolume: {decide: decides((*stepRun).retainVolume), needs: changeVolume, reason: "LocalPVKept", watches: watchPair},
		drain.RecordClaim:  {decide: decides((*stepRun).recordClaim), needs: changeVolume, reason: "LocalPVClaimSaved", watches: watchPair},
		drain.ReserveVolume: {decide: decides((*stepRun).freeVolume), needs: giveVolume, reason: "LocalPVReserved",
			watches: watchPair},
		drain.OpenVolume:     {decide: decides((*stepRun).freeVolume), needs: giveVolume, reason: "LocalPVReclaimed", watches: watchPair},
		drain.AwaitAvailable: {decide: decides((*stepRun).awaitAvailable), needs: []Need{getVolume}, watches: watchPair},
		drain.ForceDeletePod: {decide: decides((*stepRun).forceDeletePod), needs: []Need{getPods, deletePods},
			reason: "LocalPVPodDeleted", watches: watchPod},
		drain.EvictPod: {decide: decides((*stepRun).evictPod), needs: []Need{getPods, getNodes, {"create", "pods/eviction"}}, reason: "LocalPVPodDeleted",
			watches: watchPod},
		drain.CheckEmpty:  {decide: decides((*stepRun).checkEmpty), watches: watchPair},
		drain.AwaitUnused: {decide: decides((*stepRun).awaitUnused), needs: []Need{listPods(), getClaims()}, watches: watchPods, bursts: true},
		drain.DeleteClaim: {decide: decides((*stepRun).deleteClaim), needs: append(slices.Clone(changeVolume), deleteClaims),
			reason: "LocalPVReleased", watches: watchPair},
		drain.AwaitReleased: {decide: decides((*stepRun).awaitReleased), needs: seeRelease, watches: watchPair},
		drain.AwaitCleaned:  {decide: decides((*stepRun).awaitCleaned), needs: seeRelease, watches: watchPair},
		drain.CreateClaim: {decide: decides((*stepRun).createClaim), needs: append(slices.Clone(seeRelease), createClaims),
			reason: "LocalPVClaimCreated", watches: watchPair},
		drain.AwaitBound: {decide: decides((*stepRun).awaitBound), needs: seeRelease, watches: watchPair},
		drain.AwaitReady: {decide: decides((*stepRun).awaitReady), needs: append(slices.Clone(seeRelease), getPods, deletePods, getNodes, listNodes()),
			watches: watchPods, bursts: true},
		drain.ForgetVolume: {decide: decides((*stepRun).forgetVolume), needs: []Need{getVolume, {"delete", "persistentvolumes"}}, watches: watchPair},
	}
}
