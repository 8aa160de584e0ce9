package e2e

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
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
			fixes: []string{"volume-data", "ask-200gi-data"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 5},
				near{"c", "0", inspect.CapacityTooSmall, "500Gi", "200Gi"},
				near{"b", "0", inspect.CapacityTooSmall, "500Gi", "100Gi"},
				near{"d", "1", inspect.CapacityTooSmall, "500Gi", "100Gi"},
				near{"e", "1", inspect.CapacityTooSmall, "500Gi", "100Gi"},
				near{"a", "0", inspect.CapacityTooSmall, "500Gi", "50Gi"}),
		},
		{
			file:  "volumes/all-claimed",
			fixes: []string{"volume-data", "unreserve-b", "reclaim-c"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.ClaimedByOther: 3},
				near{"b", "1", inspect.ClaimedByOther, "", "localpv-all-claimed/later"},
				near{"c", "1", inspect.ClaimedByOther, "", "localpv-all-claimed/earlier"}),
		},
		{
			file:  "volumes/block-mode",
			fixes: []string{"volume-data", "as-a-data"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.VolumeModeMismatch: 2},
				near{"a", "0", inspect.VolumeModeMismatch, "Block", "Filesystem"},
				near{"b", "1", inspect.VolumeModeMismatch, "Block", "Filesystem"}),
		},
		{
			file:  "volumes/attributes-class",
			fixes: []string{"as-a-data"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.AttributesClassMismatch: 2},
				near{"a", "0", inspect.AttributesClassMismatch, "attributes-class", ""},
				near{"b", "1", inspect.AttributesClassMismatch, "attributes-class", ""}),
		},
		{
			file:  "volumes/deleted-volumes",
			steps: []step{deleteVolumes("a", "b"), releasePod},
			fixes: []string{"volume-data"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.Terminating: 2},
				near{"a", "0", inspect.Terminating, "", "TIME"},
				near{"b", "1", inspect.Terminating, "", "TIME"}),
		},
		{
			file:    "volumes/not-available",
			without: controlplane.ControllerManager,
			steps:   []step{failVolumes("a", "b"), releasePod},
			fixes:   []string{"volume-data"},
			until:   schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.NotAvailable: 2},
				near{"a", "0", inspect.NotAvailable, "Available", "Failed"},
				near{"b", "1", inspect.NotAvailable, "Available", "Failed"}),
		},
		{
			file:  "volumes/disk-labels",
			fixes: []string{"label-a", "label-b", "volume-data", "no-selector-data"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.SelectorMismatch: 2},
				near{"a", "0", inspect.SelectorMismatch, "media=nvme", "media=hdd"},
				near{"b", "1", inspect.SelectorMismatch, "media=nvme", "!media"}),
		},
		{
			file:  "volumes/other-class",
			fixes: []string{"volume-data", "class-slow-data"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(nil,
				near{"a", "0", inspect.ClassMismatch, "other-class-fast", "other-class-slow"},
				near{"b", "1", inspect.ClassMismatch, "other-class-fast", "other-class-slow"}),
		},
		{
			file:  "volumes/own-smaller",
			fixes: []string{"as-own-a", "volume-data"},
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(map[inspect.VolumeCode]int{inspect.ClaimedByOther: 1}),
		},
		{
			file:  "volumes/gone-home",
			fixes: []string{"volume-data"},
			until: schedulerSays("2 " + noVolume),
			want:  noMatch(map[inspect.VolumeCode]int{inspect.NodeAffinityMismatch: 2}),
		},
		{
			file:  "volumes/access-modes",
			fixes: []string{"volume-data", "as-a-data"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{inspect.AccessModesMismatch: 2},
				near{"a", "0", inspect.AccessModesMismatch, "RWX", "RWO"},
				near{"b", "1", inspect.AccessModesMismatch, "RWX", "RWO"}),
		},
		{
			file:  "volumes/siblings",
			fixes: []string{"volume-data", "volume-wal"},
			until: schedulerSays("2 " + noVolume),
			want: answer{
				cause: "NoMatchingVolume",
				claims: []claim{
					{name: "data", code: inspect.NoMatchingVolume, volumes: map[inspect.VolumeCode]int{inspect.Match: 2}},
					{name: "wal", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 2}},
				},
				nodes: []seen{
					{"0", "wal", "a", inspect.Match}, {"0", "data", "a", inspect.TakenBySibling},
					{"1", "wal", "b", inspect.Match}, {"1", "data", "b", inspect.TakenBySibling},
				},
			},
		},
		{
			file:  "volumes/greedy-miss",
			fixes: []string{"volume-log", "reserve-a", "label-b", "volume-data", "no-selector-data"},
			until: schedulerSays("1 " + noVolume),
			want: answer{
				cause: "GreedyMiss",
				claims: []claim{
					{name: "log", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 2}},
					{name: "data", code: inspect.GreedyMiss, volumes: map[inspect.VolumeCode]int{inspect.Match: 1, inspect.SelectorMismatch: 1}},
				},
				near: []near{{"b", "0", inspect.SelectorMismatch, "media=ssd", "media=hdd"}},
				nodes: []seen{
					{"0", "log", "a", inspect.Match}, {"0", "log", "b", inspect.NotChosen},
					{"0", "data", "a", inspect.TakenBySibling}, {"0", "data", "b", inspect.SelectorMismatch},
				},
			},
		},
		{
			file:  "volumes/near-misses",
			fixes: []string{"label-hdd", "volume-data", "ask-80gi-data", "as-raw-data", "no-selector-data", "as-many-data"},
			until: schedulerSays("2 " + noVolume),
			want: noMatch(map[inspect.VolumeCode]int{
				inspect.ClaimedByOther: 1, inspect.CapacityTooSmall: 2, inspect.VolumeModeMismatch: 1, inspect.SelectorMismatch: 1,
				inspect.AccessModesMismatch: 1, inspect.NodeAffinityMismatch: 1,
			},
				near{"small", "0", inspect.CapacityTooSmall, "100Gi", "80Gi"},
				near{"raw", "0", inspect.VolumeModeMismatch, "Filesystem", "Block"},
				near{"hdd", "0", inspect.SelectorMismatch, "media=ssd", "media=hdd"},
				near{"many", "1", inspect.AccessModesMismatch, "RWO", "RWX"}),
		},
		{
			file:  "volumes/divided",
			fixes: []string{"volume-data", "free-0"},
			until: schedulerSays("1 Insufficient cpu, 1 " + noVolume),
			want: answer{cause: pending.CauseVolumesAndNodes, claims: []claim{{
				name: "data", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 1, inspect.ClaimedByOther: 1},
			}}},
		},
		{
			file:  "volumes/cordoned-disk",
			fixes: []string{"volume-data", "uncordon-0"},
			until: schedulerSays("1 " + noVolume),
			want: answer{cause: pending.CauseVolumesAndNodes, claims: []claim{{
				name: "data", code: inspect.ClaimOk, volumes: map[inspect.VolumeCode]int{inspect.Match: 1},
			}}},
		},
		{
			file:  "volumes/two-faults",
			fixes: []string{"label-a+uncordon-0", "no-selector-data+uncordon-0"},
			until: schedulerSays("node(s) were unschedulable"),
			want: noMatch(map[inspect.VolumeCode]int{inspect.SelectorMismatch: 1},
				near{"a", "0", inspect.SelectorMismatch, "media=ssd", "media=hdd"}),
		},
	}
}
