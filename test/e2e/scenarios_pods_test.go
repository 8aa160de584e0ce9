package e2e

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// csiScenarios have a class with an external provisioner.
func csiScenarios() []scenario {
	noVolumes := answer{cause: "NoMatchingVolume", claims: []claim{{name: "data", code: inspect.NoMatchingVolume}}}
	divided := answer{cause: pending.CauseVolumesAndNodes, claims: []claim{{name: "data", code: inspect.ClaimOk}}}
	return []scenario{
		{file: "csi/no-room", until: schedulerSays("2 node(s) did not have enough free storage"), want: noVolumes},
		{file: "csi/room-elsewhere", fixes: []string{"uncordon-0"}, until: schedulerSays("1 node(s) did not have enough free storage"), want: divided},
		{file: "csi/no-topology", until: schedulerSays("2 " + noVolume), want: noVolumes},
		{
			file:  "csi/silent-provisioner",
			steps: []step{waitSelectedNode("data")},
			until: unscheduledInSilence,
			want:  answer{cause: "AwaitingProvisioner", schedulable: true, claims: []claim{{name: "data", code: inspect.AwaitingProvisioner}}},
		},
	}
}

// podScenarios have a Pod that something else than its volumes holds back.
func podScenarios() []scenario {
	ok := []claim{{name: "data", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 1}}}
	return []scenario{
		{
			file:  "pods/cpu-only",
			until: schedulerSays("2 Insufficient cpu"),
			want: answer{
				cause:  pending.CauseNotVolumes,
				claims: []claim{{name: "data", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 3}}},
				nodes:  []seen{{"0", "data", "a", inspect.Match}, {"0", "data", "b", inspect.NotChosen}, {"1", "data", "c", inspect.Match}},
			},
		},
		{file: "pods/gated-pod", until: schedulerSays("Scheduling is blocked"), want: answer{cause: pending.CauseGated, claims: ok}},
		{
			file:  "pods/same-disk",
			until: schedulerSays("Scheduling is blocked"),
			want: answer{cause: pending.CauseGated, claims: []claim{
				{name: "data", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 1, inspect.ClaimedByOther: 2, inspect.CapacityTooSmall: 1}},
				{name: "wal", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 2, inspect.ClaimedByOther: 2}},
			}, near: []near{{"d", "0", inspect.CapacityTooSmall, "100Gi", "50Gi"}, {"c", "0", inspect.ClaimedByOther, "", "localpv-same-disk/gone"}}},
		},
		{file: "pods/other-scheduler", until: unscheduledInSilence, want: answer{cause: pending.CauseOtherScheduler, schedulable: true, claims: ok}},
		{file: "pods/node-name", fixes: []string{"selector-db"}, until: onNodeAndPending, want: answer{cause: pending.CauseNodeNameUnbound, claims: ok}},
		{
			file:    "pods/waits-for-scheduler",
			without: controlplane.Scheduler,
			until:   unscheduledInSilence,
			want:    answer{cause: pending.CauseSchedulable, schedulable: true, claims: ok},
		},
		{
			file:  "pods/anti-affinity",
			fixes: []string{"volume-data"},
			until: schedulerSays("1 " + noVolume + ", 1 node(s) didn't match pod anti-affinity rules"),
			want:  answer{cause: pending.CauseVolumesAndNodes, claims: ok},
		},
		{file: "pods/no-pod", steps: []step{waitClaim("data", corev1.ClaimPending)}, want: answer{cause: pending.CauseSchedulable, schedulable: true, claims: ok}},
	}
}

// unscheduledInSilence is met by a Pod without a node of which the scheduler has said nothing.
func unscheduledInSilence(pod *corev1.Pod) (bool, string) {
	if pod == nil {
		return false, "it does not exist"
	}
	return pod.Spec.NodeName == "" && len(pod.Status.Conditions) == 0, fmt.Sprintf("on node %q, conditions %v", pod.Spec.NodeName, pod.Status.Conditions)
}

// onNodeAndPending is met by a Pod that has a node and does not start there.
func onNodeAndPending(pod *corev1.Pod) (bool, string) {
	if pod == nil {
		return false, "it does not exist"
	}
	return pod.Spec.NodeName != "" && pod.Status.Phase == corev1.PodPending, fmt.Sprintf("%s on node %q", pod.Status.Phase, pod.Spec.NodeName)
}
