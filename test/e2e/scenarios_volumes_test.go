package e2e

import (
	"github.com/kubectl-localpv/kubectl-localpv/hack/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// noVolume is what the scheduler says of a Node on which a claim finds no volume, whatever the reason.
const noVolume = "node(s) didn't find available persistent volumes to bind"

// volumeScenarios have a claim that waits for its first consumer and finds no volume.
func volumeScenarios() []scenario {
	noMatch := func(volumes map[inspect.VolumeCode]int, nearly ...near) answer {
		return answer{cause: "NoMatchingVolume", near: nearly, claims: []claim{{name: "data", code: inspect.NoMatchingVolume, volumes: volumes}}}
	}
	return []scenario{
		{
			file:  "volumes/small-disks",
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 5},
				near{"c", "0", inspect.CapacityTooSmall, "500Gi", "200Gi"}),
		},
		{
			file:  "volumes/all-claimed",
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(map[inspect.VolumeCode]int{inspect.ClaimedByOther: 3}),
		},
		{
			file:  "volumes/block-mode",
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.VolumeModeMismatch: 2},
				near{"a", "0", inspect.VolumeModeMismatch, "Block", "Filesystem"}, near{"b", "1", inspect.VolumeModeMismatch, "Block", "Filesystem"}),
		},
		{
			file:  "volumes/attributes-class",
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(map[inspect.VolumeCode]int{inspect.AttributesClassMismatch: 2}),
		},
		{
			file:  "volumes/deleted-volumes",
			steps: []step{deleteVolumes("a", "b"), releasePod},
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(map[inspect.VolumeCode]int{inspect.Terminating: 2}),
		},
		{
			file:    "volumes/not-available",
			without: controlplane.ControllerManager,
			steps:   []step{failVolumes("a", "b"), releasePod},
			until:   schedulerSays("2 " + noVolume),
			want:    noMatch(map[inspect.VolumeCode]int{inspect.NotAvailable: 2}),
		},
		{
			file:  "volumes/disk-labels",
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(map[inspect.VolumeCode]int{inspect.SelectorMismatch: 2}),
		},
		{
			file:  "volumes/other-class",
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(nil),
		},
		{
			file:  "volumes/gone-home",
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(map[inspect.VolumeCode]int{inspect.NodeAffinityMismatch: 2}),
		},
		{
			file:  "volumes/access-modes",
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(map[inspect.VolumeCode]int{inspect.AccessModesMismatch: 2}),
		},
		{
			file:  "volumes/siblings",
			until: schedulerSays("2 " + noVolume),
			want: answer{cause: "NoMatchingVolume", claims: []claim{
				{name: "data", code: inspect.NoMatchingVolume, volumes: map[inspect.VolumeCode]int{inspect.TakenBySibling: 2}},
				{name: "wal", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 2}},
			}},
		},
		{
			file:  "volumes/greedy-miss",
			until: schedulerSays("1 " + noVolume),
			want: answer{cause: "GreedyMiss", claims: []claim{
				{name: "log", code: inspect.GreedyMiss},
				{name: "data", code: inspect.GreedyMiss},
			}},
		},
		{
			file:  "volumes/near-misses",
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{
				inspect.ClaimedByOther: 1, inspect.CapacityTooSmall: 2, inspect.VolumeModeMismatch: 1, inspect.SelectorMismatch: 1,
				inspect.AccessModesMismatch: 1, inspect.NodeAffinityMismatch: 1,
			}),
		},
		{
			file:  "volumes/divided",
			until: schedulerSays("1 Insufficient cpu, 1 " + noVolume),
			want: answer{cause: inspect.CauseVolumesAndNodes, claims: []claim{{
				name: "data", code: inspect.NoMatchingVolume, volumes: map[inspect.VolumeCode]int{inspect.Match: 1, inspect.ClaimedByOther: 1},
			}}},
		},
		{
			file:  "volumes/cordoned-disk",
			until: schedulerSays("1 " + noVolume),
			want: answer{cause: inspect.CauseVolumesAndNodes, claims: []claim{{
				name: "data", code: inspect.NoMatchingVolume, volumes: map[inspect.VolumeCode]int{inspect.Match: 1},
			}}},
		},
	}
}
