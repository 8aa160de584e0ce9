package execute

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// actions are all actions: a row for each, and a file of that name for the decider.
func actions() map[drain.Action]action {
	getVolume, getClaim, patchVolume := Need{"get", "persistentvolumes"}, Need{"get", "persistentvolumeclaims"}, Need{"patch", "persistentvolumes"}
	getPods, listPods, deletePods := Need{"get", "pods"}, Need{"list", "pods"}, Need{"delete", "pods"}
	giveVolume := []Need{getVolume, getClaim, listPods, patchVolume, {"list", "persistentvolumes"}}
	changeVolume, seeRelease := []Need{getVolume, getClaim, listPods, patchVolume}, []Need{getVolume, getClaim, listPods}
	return map[drain.Action]action{
		drain.UncordonNode: {decide: decides((*stepRun).uncordonNode), needs: []Need{{"get", "nodes"}, {"patch", "nodes"}}, watches: watchPair},
		drain.CordonNode:   {decide: decides((*stepRun).cordonNode), needs: []Need{{"get", "nodes"}, {"patch", "nodes"}}, watches: watchPair},
		drain.RetainVolume: {decide: decides((*stepRun).retainVolume), needs: changeVolume, reason: "LocalPVKept", watches: watchPair},
		drain.RecordClaim:  {decide: decides((*stepRun).recordClaim), needs: changeVolume, reason: "LocalPVClaimSaved", watches: watchPair},
		drain.ReserveVolume: {decide: decides((*stepRun).freeVolume), needs: giveVolume, reason: "LocalPVReserved",
			watches: watchPair},
		drain.OpenVolume:     {decide: decides((*stepRun).freeVolume), needs: giveVolume, reason: "LocalPVReclaimed", watches: watchPair},
		drain.AwaitAvailable: {decide: decides((*stepRun).awaitAvailable), needs: []Need{getVolume}, watches: watchPair},
		drain.ForceDeletePod: {decide: decides((*stepRun).forceDeletePod), needs: []Need{getPods, deletePods, {"get", "nodes"}, {"get", "leases"}},
			reason: "LocalPVPodDeleted", watches: watchPod},
		drain.EvictPod: {decide: decides((*stepRun).evictPod), needs: []Need{getPods, {"create", "pods/eviction"}}, reason: "LocalPVPodDeleted",
			watches: watchPod},
		drain.CheckEmpty:  {decide: decides((*stepRun).checkEmpty), needs: []Need{listPods}, watches: watchPair},
		drain.AwaitUnused: {decide: decides((*stepRun).awaitUnused), needs: []Need{listPods, getClaim}, watches: watchPods, bursts: true},
		drain.DeleteClaim: {decide: decides((*stepRun).deleteClaim), needs: slices.Concat(changeVolume, []Need{{"delete", "persistentvolumeclaims"}}),
			reason: "LocalPVReleased", watches: watchPair},
		drain.AwaitReleased: {decide: decides((*stepRun).awaitReleased), needs: seeRelease, watches: watchPair},
		drain.AwaitCleaned:  {decide: decides((*stepRun).awaitCleaned), needs: seeRelease, watches: watchPair},
		drain.CreateClaim: {decide: decides((*stepRun).createClaim), needs: []Need{getVolume, getClaim, {"create", "persistentvolumeclaims"}},
			reason: "LocalPVClaimCreated", watches: watchPair},
		drain.AwaitBound: {decide: decides((*stepRun).awaitBound), needs: seeRelease, watches: watchPair},
		drain.AwaitReady: {decide: decides((*stepRun).awaitReady), needs: []Need{getVolume, getClaim, listPods, deletePods, {"get", "nodes"}}, watches: watchPods,
			bursts: true},
		drain.ForgetVolume: {decide: decides((*stepRun).forgetVolume), needs: []Need{getVolume, {"delete", "persistentvolumes"}}, watches: watchPair},
	}
}

// Needs are the permissions for an action, for the documentation and for asking before anything is changed. Watching is not among
// them: who may not watch is told by reading again.
func Needs(a drain.Action) []Need { return actions()[a].needs }
